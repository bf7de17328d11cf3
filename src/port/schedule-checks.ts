import type { EpochMs } from '../model/units.js'
import { checkInstant, checkText } from './checks.js'
import type { Fire, SchedulePut } from './schedule-store.js'

/** Checks one schedule of `schedules.put`. */
export function checkSchedulePut(put: SchedulePut): void {
  checkText('put', 'schedule name', put.name)
  checkText('put', 'incarnation', put.incarnation)
  checkInstant('put', 'anchor', put.anchor)
  checkTicks('put', put)
}

/** Checks one schedule of `schedules.fire`, but for its jobs. */
export function checkFire(fire: Fire): void {
  const { name, tick, nextTickAt } = fire
  checkTicks('fire', fire)
  if (tick === null) return
  checkInstant('fire', 'tick', tick)
  if (nextTickAt === null || nextTickAt > tick) return
  throw new TypeError(`fire: nextTickAt of "${name}": expected an instant behind tick ${tick}, got ${nextTickAt}`)
}

/** Checks when a schedule goes on. */
export function checkTicks(
  call: string,
  ticks: { readonly nextTickAt: EpochMs | null; readonly dueAt?: EpochMs | null | undefined },
): void {
  const { nextTickAt, dueAt = null } = ticks
  if (nextTickAt !== null) checkInstant(call, 'nextTickAt', nextTickAt)
  if (dueAt !== null) checkInstant(call, 'dueAt', dueAt)
}
