import { RotaError } from '../model/errors.js'
import { formatBytes } from '../time/size.js'
import type { ChildEnd } from './isolated-child.js'

/** The attempt took more memory than it may. `measured` is null where V8 gave up before anybody looked. */
export function outOfMemory(what: string, limit: number, measured: number | null): RotaError {
  const had = measured === null ? 'its heap was full' : `it had ${formatBytes(measured)}`
  const message = `${what} ran out of memory: ${had}, its limit is ${formatBytes(limit)}; raise its memorySize or work in smaller parts`
  return new RotaError('OUT_OF_MEMORY', message, { facts: { limitBytes: limit, measuredBytes: measured } })
}

/** The child ended in the middle of an attempt, and nobody had asked it to. */
export function handlerExited(what: string, child: string, end: ChildEnd): RotaError {
  const how = end.signal === null ? `exit code ${String(end.code)}` : `signal ${end.signal}`
  const message = `${what}: its ${child} ended before its handler did (${how}); a handler returns or throws, and leaves process.exit alone`
  const facts = { exitCode: end.code, signal: end.signal }
  return new RotaError('HANDLER_EXITED', message, end.error === null ? { facts } : { facts, cause: end.error })
}

/** The file of the handler cannot be used. */
export function handlerInvalid(what: string, file: string, cause: Error): RotaError {
  const message = `${what} cannot be loaded from ${file}: ${cause.message}`
  return new RotaError('HANDLER_INVALID', message, { facts: { file }, cause })
}

export function loadTimedOut(what: string, file: string, lengthMs: number): RotaError {
  const message = `${what} was not loaded from ${file} within ${lengthMs} ms; look for what its modules wait for when they are imported`
  return new RotaError('HANDLER_INVALID', message, { facts: { file, lengthMs } })
}

export function timedOut(what: string, id: string, timeoutMs: number): RotaError {
  const message = `job ${id} of ${what} took longer than its time-out of ${timeoutMs} ms; raise it or split the work`
  return new RotaError('TIMEOUT', message, { facts: { id, timeoutMs } })
}
