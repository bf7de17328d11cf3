import type { Clock, Timer } from '../model/clock.js'
import type { EpochMs } from '../model/units.js'
import { abortable } from './abortable.js'

/** Resolves when the wall clock shows `at`, however often it is set meanwhile; rejects with `signal.reason` when the signal aborts first. */
export async function waitUntil(clock: Clock, at: EpochMs, signal: AbortSignal): Promise<void> {
  let timer: Timer | undefined
  const due = new Promise<void>((resolve) => {
    timer = clock.setTimer(at, resolve)
  })
  await abortable(due, signal).finally(() => timer?.cancel())
}
