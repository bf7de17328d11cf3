import type { FromChild, ToChild } from './messages.js'

/** How a child ended. */
export interface ChildEnd {
  readonly code: number | null
  readonly signal: string | null
  /** It could not be started, or its runtime gave up. */
  readonly error: Error | null
  /** V8 says that the heap was full. */
  readonly heapFull: boolean
}

/** What a child hears from, as it happens. */
export interface ChildListener {
  readonly message: (message: FromChild) => void
  readonly output: (stream: OutputStream, text: string) => void
  /** Once, after the last message and the last output. */
  readonly ended: (end: ChildEnd) => void
}

export type OutputStream = 'stdout' | 'stderr'

/** A process or a thread that runs one handler file. */
export interface IsolatedChild {
  /** As it appears in messages: `process 4711`, `thread 3`. */
  readonly name: string
  /** Throws what structured clone throws for a value that cannot travel. */
  send(message: ToChild): void
  /**
   * What it takes for itself now, in bytes, also when its event loop stands still. `ask`: nobody else can tell on this system; null:
   * nobody can tell, or it has ended.
   */
  memoryBytes(): number | 'ask' | null
  /** Whether this program stays up for it. */
  hold(held: boolean): void
  /** Asks it to end. */
  end(): void
  /** Ends it, whatever it does, and what it started. */
  kill(): void
}

/** How children are started. */
export interface ChildOptions {
  readonly environment: Readonly<Record<string, string>>
  readonly memoryBytes: number
  readonly folder: string
}
