import type { HandlerContext } from '../model/handler-context.js'
import { derivedContext } from './derived-context.js'
import type { Hooks } from './hooks.js'
import { MESSAGES_HEADER } from './messages-header.js'

/** What the function of a stack is given beside its payload, and what `getContext()` gives anywhere below it. */
export interface FunctionContext<Event = unknown> extends HandlerContext<Event> {
  /** What the function was called with, before a schema has parsed it. */
  readonly event: Event
  /** Of a function that gets a list of messages: the ids of their jobs, in the order of the list. Otherwise empty. */
  readonly messages: readonly string[]
  /**
   * Calls back once this attempt has succeeded, before it is on record; not when it snoozes or cancels. What it throws fails the attempt:
   * work that belongs to the success is part of it.
   */
  onSuccess(callback: (result: unknown) => unknown): void
  /** Calls back once this attempt has thrown, with what it threw. What it throws itself is logged. */
  onFailure(callback: (error: unknown) => unknown): void
  /** Calls back at the end of this attempt, however it ended, after the others. What it throws is logged. */
  onFinally(callback: () => unknown): void
}

/** The context of a function, made of that of its attempt. */
export function functionContext(context: HandlerContext, event: unknown, hooks: Hooks): FunctionContext {
  const { onSuccess, onFailure, onFinally } = hooks
  const added = { event, onSuccess, onFailure, onFinally }
  return Object.defineProperty(Object.assign(derivedContext(context, {}), added), 'messages', {
    get: () => messageIds(context.job.headers[MESSAGES_HEADER]),
  }) as FunctionContext
}

function messageIds(header: string | undefined): readonly string[] {
  return header === undefined ? [] : (JSON.parse(header) as readonly string[])
}
