import { derivedContext, withHeaders } from '../../handlers/derived-context.js'
import { MESSAGES_HEADER } from '../../handlers/messages-header.js'
import type { Clock } from '../../model/clock.js'
import type { HandlerContext, JobLog } from '../../model/handler-context.js'
import { isOutcome } from '../../model/outcome.js'
import { failedMessages } from './batch-failures.js'

interface Message {
  readonly payload: unknown
  readonly context: HandlerContext
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

/** The function that gets a list. */
export type RunBatch = (payloads: readonly unknown[], context: HandlerContext) => Promise<unknown>

/**
 * Hands the messages of a queue to their consumer as lists. Every message stays a job with a lease, tries and an outcome of its
 * own; those that the worker starts in one turn of the event loop run together.
 */
export class BatchGatherer {
  readonly #size: number
  readonly #run: RunBatch
  readonly #clock: Pick<Clock, 'defer'>
  #waiting: Message[] = []

  constructor(parts: { readonly size: number; readonly run: RunBatch; readonly clock: Pick<Clock, 'defer'> }) {
    this.#size = parts.size
    this.#run = parts.run
    this.#clock = parts.clock
  }

  /** Runs a message together with others; ends as that message did. */
  add(payload: unknown, context: HandlerContext): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ payload, context, resolve, reject })
      if (this.#waiting.length >= this.#size) this.#flush()
      else if (this.#waiting.length === 1) this.#clock.defer(() => this.#flush())
    })
  }

  #flush(): void {
    const batch = this.#waiting
    if (batch.length === 0) return // it was full before its turn came
    this.#waiting = []
    for (const alike of byContract(batch)) {
      this.#runBatch(alike).catch((error: unknown) => {
        for (const { reject } of alike) reject(error)
      })
    }
  }

  async #runBatch(batch: readonly Message[]): Promise<void> {
    const payloads = batch.map(({ payload }) => payload)
    const result = await this.#run(payloads, batchContext(batch.map(({ context }) => context)))
    if (isOutcome(result)) {
      if (result.kind === 'again')
        throw new TypeError('again: expected a function that gets one message, got one of a batch')
      // One that cannot be read must not keep the others waiting.
      if (result.kind === 'park' && batch.length > 1) {
        await Promise.all(batch.map((message) => this.#runBatch([message]).catch(message.reject)))
        return
      }
      for (const { resolve } of batch) resolve(result)
      return
    }
    const failed = failedMessages(
      result,
      batch.map(({ context }) => context.job.id),
    )
    batch.forEach(({ resolve, reject }, at) => {
      const error = failed.get(at)
      if (error === undefined) resolve(undefined)
      else reject(error)
    })
  }
}

/** A function reads a list under one contract. */
function byContract(batch: readonly Message[]): readonly (readonly Message[])[] {
  const groups = new Map<string | null, Message[]>()
  for (const message of batch) {
    const { contract } = message.context.job
    groups.set(contract, [...(groups.get(contract) ?? []), message])
  }
  return [...groups.values()]
}

/** The context of a batch: the job of its first message, the log of all of them, a signal that aborts when none is wanted any more. */
function batchContext(contexts: readonly HandlerContext[]): HandlerContext {
  const [first] = contexts
  if (first === undefined) throw new Error('batch: expected at least one message, got none')
  const ids = JSON.stringify(contexts.map(({ job }) => job.id))
  const job = withHeaders(first.job, { [MESSAGES_HEADER]: ids }, refuseToComplete)
  const derived = derivedContext(first, { job, log: logOfAll(contexts.map(({ log }) => log)) })
  let signal: AbortSignal | undefined
  Object.defineProperty(derived, 'signal', {
    get: () => (signal ??= whenAllAborted(contexts.map((context) => context.signal))),
  })
  return Object.assign(derived, {
    progress: (value: unknown) => {
      for (const context of contexts) context.progress(value)
    },
  })
}

/** It would be the job of the first message alone, with nobody told what became of the others. */
async function refuseToComplete(): Promise<never> {
  throw new TypeError(
    'job.complete: a transaction completes one job, expected a function that gets one message, got one of a batch; set batchSize to 1',
  )
}

function whenAllAborted(signals: readonly AbortSignal[]): AbortSignal {
  const controller = new AbortController()
  const look = (): void => {
    if (signals.every((signal) => signal.aborted)) controller.abort(signals[0]?.reason)
  }
  for (const signal of signals) signal.addEventListener('abort', look, { once: true })
  look()
  return controller.signal
}

function logOfAll(logs: readonly JobLog[]): JobLog {
  const write =
    (level: keyof JobLog) =>
    (message: string): void => {
      for (const log of logs) log[level](message)
    }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}
