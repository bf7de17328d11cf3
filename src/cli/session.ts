import type { Clock } from '../model/clock.js'
import type { Backend } from '../port/backend.js'
import type { Host } from './host.js'
import type { Printer } from './render/printer.js'

/** What a command gets to work with. */
export interface Session {
  readonly host: Host
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Data goes here. */
  readonly out: Printer
  /** Everything that is not data goes here: questions, progress, hints, errors. */
  readonly err: Printer
  /** Data is wanted as JSON. */
  readonly json: boolean
  /**
   * The URL of the store that the options name, with its secrets: for commands that must not open it as programs do. Where they name
   * none it is that of the config nearest to `folder`, which is the working directory unless it is given.
   */
  storeUrl(folder?: string): Promise<string>
  /** Opens the store that the options name; it is closed when the command has ended. A missing store is created only on demand. */
  connect(store: 'existing' | 'created'): Promise<Connection>
}

/** An open store. */
export interface Connection {
  readonly backend: Backend
  /** Its URL without secrets. */
  readonly shownUrl: string
  close(): Promise<void>
}

/** The options that every command takes. */
export interface GlobalOptions {
  readonly url?: string
  readonly context?: string
  readonly json?: boolean
}
