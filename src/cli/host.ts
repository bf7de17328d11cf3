import type { Clock } from '../model/clock.js'
import type { Backend } from '../port/backend.js'
import type { Output } from './render/printer.js'

/** What one run of the command is given by its surroundings, so that a test can give it others. */
export interface Host {
  readonly stdin: Input
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborts with an `Interruption` when the run should end: Ctrl-C, or SIGTERM. */
  readonly signal: AbortSignal
  /** @defaultValue the clock of this machine */
  readonly clock?: Clock
  /** Has a listener told of every error that nobody catches, which else ends the process at once. */
  readonly onFault?: (listener: (fault: Fault) => void) => void
  /** Makes the store of a URL. @defaultValue as `createRota({ url })` does */
  readonly loadBackend?: (url: string) => Promise<Backend>
}

/** An error that nobody has caught. */
export interface Fault {
  readonly kind: 'unhandled rejection' | 'uncaught exception'
  readonly error: unknown
}

/** Where answers and payloads are read from: `process.stdin` fits. */
export interface Input extends AsyncIterable<string | Uint8Array> {
  readonly isTTY?: boolean | undefined
}

/** Why a run was asked to end. */
export class Interruption extends Error {
  override readonly name = 'Interruption'
  /** What the process ends with when nothing better is known. */
  readonly exitCode: number

  constructor(by: keyof typeof EXIT_CODES) {
    super(`interrupted by ${by}`)
    this.exitCode = EXIT_CODES[by]
  }
}

/**
 * Shells expect 128 and the number of the signal. A reader of a pipe that has gone, as `head` goes when it has enough, is no failure.
 */
const EXIT_CODES = Object.freeze({ SIGINT: 130, SIGTERM: 143, 'a closed pipe': 0, 'an output that fails': 1 })
