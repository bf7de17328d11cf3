import { RotaError } from '../model/errors.js'
import { Interruption } from './host.js'
import { redactSecrets } from './redact.js'
import type { Printer } from './render/printer.js'

/** What the process ends with: everything worked; the operation failed or was refused; the command line was wrong. */
export const EXIT = Object.freeze({ ok: 0, failed: 1, usage: 2 })

/** The command line was wrong: a bad argument, name or payload. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What was asked for could not be done, for a reason that a person can act on. */
export class FailedError extends Error {
  override readonly name = 'FailedError'
}

/** Prints what went wrong, on one line but for configs, and the stack with `ROTA_DEBUG=1`; answers with the exit code. */
export function reportError(error: unknown, err: Printer, env: Readonly<Record<string, string | undefined>>): number {
  if (error instanceof Interruption) return error.exitCode
  const debug = env['ROTA_DEBUG'] === '1'
  const [first = '', ...more] = linesOf(error, redactSecrets(describeError(error, debug)))
  err.line({ text: 'rota: ', style: 'red' }, first)
  for (const line of more) err.line(line)
  if (debug) printStacks(error, err)
  return error instanceof UsageError || isCommanderError(error) ? EXIT.usage : EXIT.failed
}

/** One line, but for a config: each of its mistakes has its own. */
function linesOf(error: unknown, message: string): readonly string[] {
  return RotaError.is(error) && error.code === 'CONFIG_INVALID' ? message.split('\n') : [message]
}

function describeError(error: unknown, debug: boolean): string {
  if (!(error instanceof Error)) return `unexpected failure: ${String(error)}`
  if (isCommanderError(error)) return commanderMessage(error.message)
  if (error instanceof UsageError || error instanceof FailedError || RotaError.is(error)) return error.message
  if ('syscall' in error) return error.message // the operating system refused, and its words are clear: EACCES: permission denied
  return `unexpected ${error.name}: ${error.message}${debug ? '' : ' (ROTA_DEBUG=1 shows where)'}`
}

/** Told by its name: importing commander here would load it for commands that end before it is needed. */
function isCommanderError(error: unknown): boolean {
  return error instanceof Error && /^(CommanderError|InvalidArgumentError)$/.test(error.name)
}

/**
 * Commander's own words on one line, without its prefix, and without the value that our parsers repeat in theirs:
 * `error: option '--limit <count>' argument 'x' is invalid. expected a whole number, got "x"`.
 */
function commanderMessage(message: string): string {
  return message
    .replace(/^error: /, '')
    .replace(/^option '([^']*)' argument '[^]*?' is invalid\. /, '$1: ')
    .replace(/^command-argument value '[^]*?' is invalid for argument '([^']*)'\. /, '$1: ')
    .replaceAll('\n', ' ')
}

function printStacks(error: unknown, err: Printer): void {
  for (let at = error; at instanceof Error; at = at.cause) {
    // Indented, so that no line of a message stands where ours begin.
    for (const line of redactSecrets(at.stack ?? at.message).split('\n')) err.line(`  ${line}`)
  }
}
