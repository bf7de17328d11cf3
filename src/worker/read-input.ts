import { decode } from '../codec/decode.js'
import { readPayload } from '../codec/read-payload.js'
import { stampOf } from '../codec/stamp.js'
import { RotaError } from '../model/errors.js'
import type { Attempt } from './attempt.js'

/** Its payload can never be read by its task: no try will help. The reason is its cause. */
export class UnreadableInput extends Error {
  constructor(reason: unknown) {
    super('unreadable input', { cause: reason })
  }
}

/**
 * What the handler of an attempt is given; a promise only when its schema needs one.
 * Fails with `UnreadableInput` when no try can help, and with whatever a schema fails with that has an accident of its own.
 */
export function readInput({ lease, task }: Attempt): unknown {
  try {
    const { payload } = lease.job
    const input: unknown = readPayload(task.reader, decode(payload), stampOf(payload))
    return input instanceof Promise ? input.catch(refuseInput) : input
  } catch (error) {
    return refuseInput(error)
  }
}

function refuseInput(error: unknown): never {
  const isUnreadable = RotaError.is(error) && (error.code === 'INPUT_INVALID' || error.code === 'STORE_CORRUPT')
  if (isUnreadable) throw new UnreadableInput(error)
  throw error
}
