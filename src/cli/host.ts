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
  /** Makes the store of a URL. @defaultValue as `createRota({ url })` does */
  readonly loadBackend?: (url: string) => Promise<Backend>
}

/** Where answers and payloads are read from: `process.stdin` fits. */
export interface Input extends AsyncIterable<string | Uint8Array> {
  readonly isTTY?: boolean | undefined
}

/** Why a run was asked to end. */
export class Interruption extends Error {
  override readonly name = 'Interruption'
  /** What shells expect of a command that a signal ended: 128 and the number of the signal. */
  readonly exitCode: number

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`interrupted by ${signal}`)
    this.exitCode = signal === 'SIGINT' ? 130 : 143
  }
}
