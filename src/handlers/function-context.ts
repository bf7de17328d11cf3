import type { HandlerContext } from '../model/handler-context.js'

/** What the function of a stack is given beside its payload, and what `getContext()` gives anywhere below it. */
export interface FunctionContext<Event = unknown> extends HandlerContext<Event> {
  /** What the function was called with, before a schema has parsed it. */
  readonly event: Event
  /**
   * Calls back once this attempt has succeeded, before it is on record. What it throws fails the attempt: work that belongs to the
   * success is part of it.
   */
  onSuccess(callback: (result: unknown) => unknown): void
  /** Calls back once this attempt has thrown, with what it threw. What it throws itself is logged. */
  onFailure(callback: (error: unknown) => unknown): void
  /** Calls back at the end of this attempt, however it ended, after the others. What it throws is logged. */
  onFinally(callback: () => unknown): void
}
