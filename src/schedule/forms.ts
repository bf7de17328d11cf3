import type { DurationMs, EpochMs } from '../model/units.js'
import { CivilSchedule } from './civil-schedule.js'
import { daily, monthly, parseAt, parseMonthly, parseTimeOfDay } from './clock-text.js'
import type { CronFields } from './cron-fields.js'
import type { DstRule } from './dst-rule.js'
import { IntervalSchedule } from './interval-schedule.js'
import { parseBareRate, parseEvery, parseGoEvery, parseRate } from './interval-text.js'
import { parseEventBridgeCron, parseQuartz } from './quartz-cron.js'
import { scheduleInvalid } from './schedule-error.js'
import type { Dialect, Schedule } from './schedule.js'
import { parseRobfigCron, parseShortcut, parseUnixCron } from './unix-cron.js'
import { splitWords } from './words.js'
import type { Word } from './words.js'
import { fixedZone } from './zone.js'
import type { Zone } from './zone.js'

/** An expression whose zone has been taken off, and what it leaves open. */
export interface Source {
  readonly expression: string
  readonly body: Word
  readonly zone: Zone
  readonly anchor: EpochMs
  /** Undefined for the rule of the form. */
  readonly dst: DstRule | undefined
}

/** Reads one form of expression; null for other forms. */
export type Form = (source: Source) => Schedule | null

const shortcut = civil(parseShortcut, 'vixie')
const unixCron = civil(parseUnixCron, 'vixie')
const robfigCron = civil(parseRobfigCron, 'vixie')
const quartz = civil(parseQuartz, 'skip-once')
const eventBridgeCron = civil(parseEventBridgeCron, 'skip-once')
const goEvery = elapsed(parseGoEvery)
const every = elapsed(parseEvery)
const rate = elapsed(parseRate)
const bareRate = elapsed(parseBareRate)

/** The forms of each dialect, in the order in which they are tried; the last one reads or refuses whatever is left. */
export const FORMS: Readonly<Record<Dialect, readonly Form[]>> = {
  auto: [
    rate,
    eventBridgeCron,
    at,
    goEvery,
    shortcut,
    every,
    bareRate,
    timeOfDay,
    monthlyTime,
    quartzIfMarked,
    unixCron,
  ],
  cron: [goEvery, shortcut, unixCron],
  robfig: [goEvery, shortcut, robfigCron],
  quartz: [quartz],
  eventbridge: [rate, eventBridgeCron, at, refuseEventBridge],
}

function civil(parse: (expression: string, body: Word) => CronFields | null, standard: DstRule): Form {
  return ({ expression, body, zone, dst }) => {
    const fields = parse(expression, body)
    return fields === null ? null : new CivilSchedule(expression, fields, zone, dst ?? standard)
  }
}

function elapsed(parse: (expression: string, body: Word) => DurationMs | null): Form {
  return ({ expression, body, anchor }) => {
    const everyMs = parse(expression, body)
    return everyMs === null ? null : new IntervalSchedule(expression, everyMs, anchor)
  }
}

/** Seven fields, or six of which one is `?`, are Quartz. */
function quartzIfMarked(source: Source): Schedule | null {
  const words = splitWords(source.body.text)
  const isMarked = words.length === 7 || (words.length === 6 && words.some(({ text }) => text === '?'))
  return isMarked ? quartz(source) : null
}

function at({ expression, body, zone, dst = 'skip-once' }: Source): Schedule | null {
  const fields = parseAt(expression, body)
  if (fields === null) return null
  const schedule = new CivilSchedule(expression, fields, zone, dst)
  if (schedule.next(-Infinity) !== null) return schedule
  const expected = `a time that the clocks of ${zone.name} show (they skip it)`
  throw scheduleInvalid(expression, { field: 'at', position: body.at, expected, got: body.text })
}

function timeOfDay({ expression, body, zone, dst = 'vixie' }: Source): Schedule | null {
  const time = parseTimeOfDay(expression, body)
  if (time === null) return null
  const { hour, minute, offset } = time
  return new CivilSchedule(expression, daily(hour, minute), offset === null ? zone : fixedZone(offset), dst)
}

function monthlyTime({ expression, body, zone, dst = 'vixie' }: Source): Schedule | null {
  const time = parseMonthly(expression, body)
  return time === null ? null : new CivilSchedule(expression, monthly(time), zone, dst)
}

function refuseEventBridge({ expression, body }: Source): never {
  const expected = 'cron(...), rate(...) or at(...)'
  throw scheduleInvalid(expression, { field: 'expression', position: body.at, expected, got: body.text })
}
