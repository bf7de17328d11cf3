import { constants } from 'node:os'
import type { Clock } from '../model/clock.js'
import { currentClock } from './clock-context.js'
import { endRequest } from './end-request.js'
import { refusal } from './refusal.js'

/** The signals that ask a program to end, where nothing else is said. */
export const SIGNALS_DEFAULT: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM']

/** The few things of a process with which its signals are watched. */
export interface SignalHost {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown
  exit(code: number): void
}

/** The few things of a process that matter to a routine. */
export interface ProcessHost extends SignalHost {
  exitCode?: number | string | null | undefined
  readonly stderr: { write(text: string): unknown }
}

/** Throws a `TypeError` that begins with `what` for a signal that the operating system does not have. */
export function checkSignals(signals: readonly NodeJS.Signals[], what: string): void {
  for (const name of signals) {
    if (!(name in constants.signals)) throw refusal(`${what}: signals`, 'names such as SIGTERM', name)
  }
}

/**
 * Listens to the signals of the operating system until the returned function is called, and keeps the process alive as long: a listener alone
 * does not. The first is `onEnd`; another, half a second later or more, is `onForce` and ends the process with 128 and its number, as a
 * shell would report it.
 */
export function watchSignals(
  host: SignalHost,
  signals: readonly NodeJS.Signals[],
  onEnd: (signal: NodeJS.Signals) => void,
  onForce?: (signal: NodeJS.Signals) => void,
  clock: Clock = currentClock(),
): () => void {
  const meaningOf = endRequest(clock)
  const listener = (name: NodeJS.Signals): void => {
    const meaning = meaningOf()
    if (meaning === 'end') onEnd(name)
    if (meaning !== 'now') return
    onForce?.(name)
    host.exit(128 + constants.signals[name])
  }
  const alive = clock.setTimer(Infinity, () => undefined)
  const stopWatching = (): void => {
    alive.cancel()
    for (const name of signals) host.off(name, listener)
  }
  try {
    for (const name of signals) host.on(name, listener)
  } catch (error) {
    stopWatching() // nobody can listen to SIGKILL
    throw error
  }
  return stopWatching
}

/** What routines see as the reason of the abort: an `AbortError`, as most code expects one. */
export function reasonOf(signal: NodeJS.Signals): Error {
  return new DOMException(`${signal} asked the program to end`, 'AbortError')
}
