import type { SchedulerMeter } from '../observe/scheduler-meter.js'
import type { SchedulerEvent } from '../scheduler/scheduler-event.js'

/** Hears what one scheduler tells. */
export type SchedulerListener = (event: SchedulerEvent) => void

/** Counts what one scheduler tells, and passes it on. `stopped` is called when it has stopped. */
export function countingListener(
  meter: SchedulerMeter,
  listener: SchedulerListener | undefined,
): { readonly onEvent: SchedulerListener; readonly stopped: () => void } {
  const state = { leads: false, schedules: 0 }
  const onEvent: SchedulerListener = (event) => {
    count(event, meter, state)
    listener?.(event)
  }
  return { onEvent, stopped: meter.watch(state) }
}

function count(event: SchedulerEvent, meter: SchedulerMeter, state: { leads: boolean; schedules: number }): void {
  switch (event.type) {
    case 'fired':
      return meter.fired(event.schedule, event.lateMs)
    case 'skipped':
      return meter.skipped(event.schedule, event.reason, event.count)
    case 'unreadable':
      return meter.failed('schedule')
    case 'store-error':
      return meter.failed('store')
    case 'became-leader':
      state.leads = true
      return meter.becameLeader()
    case 'lost-leadership':
      state.leads = false
      return
    case 'schedule-added':
      state.schedules++
      return meter.knows(event.schedule)
    case 'schedule-removed':
      state.schedules--
      return
    default:
      return
  }
}
