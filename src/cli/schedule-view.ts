import type { WriteStatus } from '../client/schedule-writer.js'
import { PRIORITY_DEFAULT, type EncodedValue } from '../model/job.js'
import type { MissedPolicy, ScheduleRecord } from '../model/schedule-record.js'
import type { EpochMs } from '../model/units.js'
import { parseStored } from '../schedule/stored-schedule.js'
import { formatDuration, formatGoDuration } from '../time/duration.js'
import { formatBytes } from './render/bytes.js'
import { formatCount } from './render/count.js'
import { formatInstant } from './render/instant.js'
import type { Text } from './render/text.js'
import type { Field, Section, View } from './render/view.js'

/** What a schedule was told to do. Of what can be left out, only what says something else than its default is shown. */
export function settingsView(record: ScheduleRecord, title: string): View {
  const { definition } = record
  const { priority, timeZone, overlap, jitterMs, maxRuns, maxTries, deadlineMs } = definition
  return {
    title: `Scheduled Task ${record.name} ${title}`,
    fields: [
      ['Description', definition.description ?? null],
      ['Schedule', definition.expression],
      ['Queue', definition.queue],
      ['Task Type', definition.task],
      ['Payload', payloadTexts(definition.payload)],
      ['Scheduling Deadline', deadlineMs === null ? null : formatGoDuration(deadlineMs)],
      ['Tries', maxTries === null ? null : formatCount(maxTries)],
      ['Priority', priority === PRIORITY_DEFAULT ? null : String(priority)],
      ['Time Zone', timeZone === 'UTC' ? null : timeZone],
      ['Dialect', definition.dialect === 'auto' ? null : definition.dialect],
      ['Clock Changes', definition.dst],
      ['Missed', missedText(definition.missed)],
      ['Overlap', overlap === 'allow' ? null : overlap],
      ['Jitter', jitterMs === 0 ? null : formatDuration(jitterMs)],
      ['Start', instantText(definition.startAt)],
      ['End', instantText(definition.endAt)],
      ['Runs At Most', maxRuns === null ? null : formatCount(maxRuns)],
      ['Pause On Failure', definition.pauseOnFailure ? 'yes' : null],
      ['Owner', definition.owner],
      ['Paused', pausedText(record)],
    ],
  }
}

/** A schedule for people: what it was told to do, and how it has gone so far. */
export function scheduleView(record: ScheduleRecord): View {
  return { ...settingsView(record, outcomeText(record, 'created')), sections: [tickSection(record)] }
}

/** Ends the title of a schedule that was to be made or changed. */
export function outcomeText({ createdAt, updatedAt }: ScheduleRecord, status: WriteStatus): string {
  if (status === 'created') return `created at ${formatInstant(createdAt)}`
  return status === 'updated' ? `updated at ${formatInstant(updatedAt)}` : `unchanged since ${formatInstant(updatedAt)}`
}

function tickSection(record: ScheduleRecord): Section {
  const fields: readonly Field[] = [
    ['In Words', inWords(record)],
    ['Next', nextText(record)],
    ['Last', instantText(record.lastTickAt) ?? 'none'],
    ['Fired', formatCount(record.fired)],
    ['Skipped', skippedText(record)],
    ['Late', formatCount(record.late)],
    ['By Hand', record.manual === 0 ? null : formatCount(record.manual)],
    ['Revision', formatCount(record.revision)],
  ]
  return { heading: 'Ticks', fields }
}

/** null where this version cannot read it: another one has written it, and its text is shown above. */
function inWords({ definition, anchor }: ScheduleRecord): string | null {
  try {
    return parseStored(definition, anchor).describe()
  } catch {
    return null
  }
}

function nextText({ paused, nextTickAt }: ScheduleRecord): Text {
  if (paused) return { text: 'none while it is paused', style: 'yellow' }
  return instantText(nextTickAt) ?? 'none'
}

function pausedText({ paused, pausedFor }: ScheduleRecord): Text | null {
  if (!paused) return null
  return { text: pausedFor === null ? 'yes' : `yes, since job ${pausedFor} failed`, style: 'yellow' }
}

/** `3 (2 missed, 1 overlap)` */
function skippedText({ skipped, skippedBy }: ScheduleRecord): string {
  const reasons = Object.entries(skippedBy).filter(([, count]) => count > 0)
  const list = reasons.map(([reason, count]) => `${formatCount(count)} ${reason}`)
  return list.length === 0 ? formatCount(skipped) : `${formatCount(skipped)} (${list.join(', ')})`
}

/** Its size, and what it is where there is one. */
function payloadTexts(payload: EncodedValue | null): readonly string[] {
  return payload === null ? [formatBytes(0)] : [formatBytes(Buffer.byteLength(payload.json)), payload.json]
}

function missedText(missed: MissedPolicy): string | null {
  if (missed === 'latest') return null
  if (missed === 'skip') return missed
  return `all, at most ${formatCount(missed.all.max)} and not older than ${formatDuration(missed.all.withinMs)}`
}

function instantText(at: EpochMs | null): string | null {
  return at === null ? null : formatInstant(at)
}
