import type { StandardSchemaV1 } from '@standard-schema/spec'
import { RotaError } from '../model/errors.js'
import { type Contract, versionOf } from './contract.js'
import { validateInput } from './validate-input.js'

/**
 * A payload was written under another contract and cannot be read now: its job waits, for another worker or for a release that knows
 * how. No try is spent, and nothing of it runs.
 */
export class ParkedPayload extends Error {
  override readonly name = 'ParkedPayload'
}

/** Who reads a payload. */
export interface PayloadReader<Input> {
  readonly schema: StandardSchemaV1<unknown, Input> | undefined
  /** As for `validateInput`. */
  readonly what: string
  /** null: nobody can tell contracts apart. */
  readonly contract: Contract | null
}

/**
 * Checks and parses a payload that was written under the contract `stamp` (null: nobody said which). One of an older version goes
 * through the steps between them first. Fails with `INPUT_INVALID` for what was wrong from the beginning, and with `ParkedPayload` for
 * what only another contract can read.
 */
export function readPayload<Input>(
  { contract, schema, what }: PayloadReader<Input>,
  payload: unknown,
  stamp: string | null,
): Input | Promise<Input> {
  if (contract === null || stamp === null || stamp === contract.stamp) return validateInput(schema, payload, what)
  return readForeign({ schema, what, contract }, payload, stamp)
}

async function readForeign<Input>(
  { contract, schema, what }: PayloadReader<Input> & { readonly contract: Contract },
  payload: unknown,
  stamp: string,
): Promise<Input> {
  const written = versionOf(stamp)
  const { version } = contract
  if (written > version) throw parked(what, stamp, contract, `this worker knows versions up to ${version}`)
  let migrated = payload
  for (let from = written; from < version; from++) {
    const step = contract.migrate[from] as ((payload: unknown) => unknown) | undefined
    if (step === undefined) throw parked(what, stamp, contract, `there is no migrate step from version ${from}`)
    try {
      migrated = await step(migrated)
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error)
      throw parked(what, stamp, contract, `its migrate step from version ${from} failed: ${said}`)
    }
  }
  try {
    return await validateInput(schema, migrated, what)
  } catch (error) {
    if (!RotaError.is(error) || error.code !== 'INPUT_INVALID') throw error
    throw parked(what, stamp, contract, error.message)
  }
}

function parked(what: string, stamp: string, contract: Contract, why: string): ParkedPayload {
  return new ParkedPayload(
    `parked: ${what} was written under contract ${stamp} and is read under ${contract.stamp}: ${why}; it waits for a worker that can read it`,
  )
}
