import type { EncodedValue, JobRecord, LogLine, TickInfo } from '../model/job.js'
import type { EpochMs } from '../model/units.js'
import type { NodeRecord } from '../port/control-store.js'
import type { JobEdges } from '../port/edge-store.js'
import type { JobDetails } from '../port/inspector.js'
import { errorSummary, stackLines } from './error-summary.js'
import { missingWorker } from './missing-worker.js'
import { parseOrText } from './parse-or-text.js'
import { resultText } from './job-result.js'
import { formatInstant, formatTimeOfDay } from './render/instant.js'
import { shownStateText } from './render/job-state-text.js'
import type { Style, Text } from './render/text.js'
import type { Field, Section, View } from './render/view.js'

/** All that is on record about one job. */
export interface JobFacts {
  readonly job: JobRecord
  readonly details: JobDetails | null
  readonly edges: JobEdges | null
  /** The processes that are alive. */
  readonly nodes: readonly NodeRecord[]
}

/** A job for people: what it is, how far it is, and what its attempts said. */
export function jobView({ job, details, edges, nodes }: JobFacts, now: EpochMs): View {
  return {
    title: `Job ${job.id} enqueued at ${formatInstant(job.enqueuedAt)}`,
    fields: [
      ...identityFields(job, now),
      ...timeFields(job),
      ...contentFields(job, details),
      ...edgeFields(edges, missingWorker(job, nodes)),
    ],
    sections: [
      ...listSection(
        'Steps',
        (details?.steps ?? []).map(({ key, value }) => `${key}: ${value.json}`),
      ),
      ...listSection(
        'Errors',
        (details?.errors ?? []).map(({ at, error }) => `[${formatInstant(at)}] ${errorSummary(error)}`),
      ),
      ...listSection('Stack', job.error === null ? [] : stackLines(job.error).map((line) => line.trim())),
      ...listSection('Log', (details?.logs ?? []).map(logText)),
    ],
  }
}

function identityFields(job: JobRecord, now: EpochMs): readonly Field[] {
  const failure = job.failure === null ? null : { text: job.failure, style: 'red' as const }
  return [
    ['Task', job.task],
    ['State', shownStateText(job, now)],
    ['Reason', failure ?? job.cancelReason],
    ['Cancel Requested', job.cancelRequested ? 'yes' : null],
    ['Queue', job.queue],
    ['Priority', String(job.priority)],
    ['Failed Tries', job.maxTries === null ? String(job.tries) : `${job.tries} of ${job.maxTries}`],
    ['Iterations', job.iterations === 0 ? null : String(job.iterations)],
    ['Worker', job.workerId],
    ['Suspect', job.suspect ? 'yes, a lease of it was lost: it is claimed alone' : null],
    ['Unique Key', job.uniqueKey],
  ]
}

function timeFields(job: JobRecord): readonly Field[] {
  const visibleLabel = job.state === 'running' ? 'Lease Until' : 'Due'
  return [
    [visibleLabel, instantText(job.visibleAt)],
    ['Finished', instantText(job.finishedAt)],
    ['Deadline', instantText(job.deadline)],
    ['Schedule', job.tick === null ? null : tickText(job.tick)],
  ]
}

function tickText({ schedule, tick, manual }: TickInfo): string {
  return `${schedule}, ${manual === true ? 'by hand at' : 'tick of'} ${formatInstant(tick)}`
}

function contentFields(job: JobRecord, details: JobDetails | null): readonly Field[] {
  return [
    ['Headers', job.headers === null ? null : headerTexts(job.headers)],
    ['Payload', valueText(job.payload) ?? { text: 'none', style: 'dim' }],
    ['Progress', valueText(details?.progress ?? null)],
    ['Result', resultText(job.result)],
    ['Error', job.error === null ? null : { text: errorSummary(job.error), style: 'red' }],
  ]
}

function edgeFields(edges: JobEdges | null, worker: string | null): readonly Field[] {
  const parents = (edges?.parents ?? []).map(({ id, resolved }) => `${id}${resolved ? '' : ' (unfinished)'}`)
  const children = (edges?.children ?? []).map(({ id }) => id)
  const awaited = worker === null ? parents : [...parents, worker]
  return [
    ['Waits For', awaited.length === 0 ? null : awaited],
    ['Waited For By', children.length === 0 ? null : children],
  ]
}

const LOG_STYLES: Readonly<Record<LogLine['level'], Style>> = {
  debug: 'dim',
  info: 'cyan',
  warn: 'yellow',
  error: 'red',
}

function logText({ at, level, message }: LogLine): Text {
  const text = `${level.toUpperCase().padEnd(5)}[${formatTimeOfDay(at)}] ${message}`
  return level === 'info' ? text : { text, style: LOG_STYLES[level] }
}

function listSection(heading: string, lines: readonly Text[]): readonly Section[] {
  return lines.length === 0 ? [] : [{ heading, lines }]
}

function headerTexts(headers: string): readonly string[] {
  const parsed = parseOrText(headers)
  if (typeof parsed !== 'object' || parsed === null) return [headers]
  return Object.entries(parsed).map(([name, value]) => `${name}=${String(value)}`)
}

function instantText(at: EpochMs | null): string | null {
  return at === null ? null : formatInstant(at)
}

function valueText(value: EncodedValue | null): string | null {
  return value === null ? null : value.json
}
