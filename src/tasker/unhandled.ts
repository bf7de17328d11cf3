import type { EventType } from './classify.js'

const brand = Symbol.for('rota.unhandled')

/** What a Tasker resolves with when nobody has handled an event. */
export interface Unhandled {
  readonly handled: false
  /** `warm-up`: there was nothing to do. The others have been logged as a warning and counted. */
  readonly reason: 'unknown-name' | 'no-name' | 'warm-up'
  readonly type: EventType
  /** The name that nobody is registered under; null: the event gives none. */
  readonly name: string | null
}

/** Makes the answer to an event that nobody handles. */
export function unhandled(reason: Unhandled['reason'], type: EventType, name: string | null): Unhandled {
  const answer: Unhandled = { handled: false, reason, type, name }
  return Object.freeze(Object.defineProperty(answer, brand, { value: true }))
}

/** Tells that nobody has handled an event, which no result of a handler can be mistaken for. */
export function isUnhandled(answer: unknown): answer is Unhandled {
  return typeof answer === 'object' && answer !== null && brand in answer
}
