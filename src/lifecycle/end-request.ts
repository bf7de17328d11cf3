import type { Clock } from '../model/clock.js'
import type { DurationMs } from '../model/units.js'

/**
 * One wish to end can arrive as two signals: the terminal signals all of its group, and `npm start` or `timeout` pass theirs on to a
 * child that was in it. A person who presses Ctrl-C again is slower than this.
 */
const ECHO_MS: DurationMs = 500

/** Makes what is to be called for each signal: it tells the one that asks a program to end from its echo, and from the next one, which means at once. */
export function endRequest(clock: Pick<Clock, 'monotonic'>): () => 'end' | 'echo' | 'now' {
  let firstAt: number | null = null
  return () => {
    const now = clock.monotonic()
    if (firstAt !== null) return now - firstAt < ECHO_MS ? 'echo' : 'now'
    firstAt = now
    return 'end'
  }
}
