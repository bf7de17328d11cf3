import type { Fault, Host } from './host.js'
import type { LogPrinter } from './log-printer.js'

/** A job whose handler runs. */
export interface RunningJob {
  readonly id: string
  readonly task: string
}

/** Jobs that are named in a line; a worker may run a hundred thousand. */
const NAMED_MAX = 20

/**
 * Logs every error that nobody catches, with the jobs that run: the fault is likely in one of their handlers, and which one
 * cannot be told. The signal aborts at the first.
 */
export function watchFaults(
  host: Host,
  log: Pick<LogPrinter, 'error'>,
  running: () => readonly RunningJob[],
): AbortSignal {
  const controller = new AbortController()
  host.onFault?.(({ kind, error }) => {
    log.error(factsOf(error, running(), host.env['ROTA_DEBUG'] === '1'), `${kind}: nobody caught this error`)
    controller.abort(new Error(REASONS[kind]))
  })
  return controller.signal
}

const REASONS: Readonly<Record<Fault['kind'], string>> = {
  'unhandled rejection': 'an unhandled rejection',
  'uncaught exception': 'an uncaught exception',
}

function factsOf(error: unknown, jobs: readonly RunningJob[], debug: boolean): object {
  const named = jobs.slice(0, NAMED_MAX).map(({ id, task }) => `${task} ${id}`)
  const more = jobs.length - named.length
  const stack = error instanceof Error ? error.stack : undefined
  return {
    error: error instanceof Error ? error : String(error),
    at: placeOf(stack),
    running: named.length === 0 ? 'none' : named,
    ...(more > 0 ? { more } : {}),
    ...(debug ? { stack } : {}),
  }
}

/** The first line of a stack that is no message: the place where somebody made the error. */
function placeOf(stack: string | undefined): string | undefined {
  return /^\s*at (.*)$/m.exec(stack ?? '')?.[1]
}
