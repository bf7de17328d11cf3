import { currentClock } from './clock-context.js'
import { withOwnSignal } from '../async/own-signal.js'
import { resolveRepeatOptions } from './repeat-options.js'
import type { RepeatOptions } from './repeat-options.js'
import { readSchedule } from './repeat-schedule.js'
import type { RepeatSchedule } from './repeat-schedule.js'
import { Repetition } from './repetition.js'
import { makeRoutine, nameOf } from './routine.js'
import type { Routine, RoutineLike } from './routine.js'

/**
 * Runs a routine again and again, by a schedule, until its signal aborts; then it resolves as soon as the run under way has ended. A run that
 * takes long does not move the next: they follow the schedule, without drift. Ends by itself when the schedule does.
 *
 * ```ts
 * repeat('30 seconds', poll)
 * repeat(daily({ hour: 12 }), report, { onError: (error) => log.error(error) })
 * repeat(parseSchedule('0 8 * * mon-fri', { timeZone: 'Europe/Amsterdam' }), remind)
 * ```
 *
 * @param schedule a length of time (milliseconds, text, parts; 0 is without a pause), or what `parseSchedule`, `daily`, `monthly` or `interval` of
 * `rota/schedule` return. `daily` and `monthly` follow the zone of the process unless they name one.
 */
export function repeat(schedule: RepeatSchedule, routine: RoutineLike, options: RepeatOptions = {}): Routine {
  const { timeline, startsNow } = readSchedule(schedule)
  const policy = resolveRepeatOptions(options, startsNow)
  return makeRoutine(nameOf(routine), (signal) =>
    withOwnSignal(signal, (own) => new Repetition(routine, timeline(currentClock()), policy, own).run()),
  )
}
