import { RotaError } from '../model/errors.js'
import type { EncodedValue, NewJob } from '../model/job.js'
import { KEY_LENGTH_MAX } from '../model/names.js'
import type { Settlement } from '../model/lease.js'
import type { Limits } from './capabilities.js'
import type { ClaimParams, Report } from './job-store.js'
import { storedBytes } from './stored-bytes.js'

/*
 * What every backend refuses, said once so that all of them say the same. A `TypeError` is a mistake of the program, a
 * `RotaError` is input that is too large. The grammar of names and the shape of payloads are the client's to check.
 */

/** Checks the parameters of `jobs.enqueue`. */
export function checkEnqueue(params: { readonly jobs: readonly NewJob[] }, limits: Limits): void {
  checkNewJobs('enqueue', params.jobs, limits)
}

/** Checks jobs to be stored, whatever call they come with. */
export function checkNewJobs(call: string, jobs: readonly NewJob[], limits: Limits): void {
  checkCount(call, 'jobs', jobs.length, limits.enqueueItems)
  let bytes = 0
  for (const job of jobs) {
    checkNewJob(call, job)
    const { payload } = job
    if (payload !== null) {
      refuseTooLong(`payload of job "${job.id}"`, payload.json, limits.payloadBytes)
      bytes += bytesAtMost(payload.json) + bytesAtMost(payload.note)
    }
    bytes += bytesAtMost(job.headers)
  }
  if (bytes > limits.enqueueBytes) refuseTooManyBytes(call, jobs, limits.enqueueBytes)
}

/** Checks the parameters of `jobs.claim`. */
export function checkClaim(params: ClaimParams, limits: Limits): void {
  checkText('claim', 'workerId', params.workerId)
  checkLease('claim', params.leaseMs, limits)
  checkWhole('claim', 'limit', params.limit, 1, limits.claimItems)
  const names = new Set<string>()
  for (const { queue, limit } of params.queues) {
    checkWhole('claim', `limit of queue "${queue}"`, limit, 1, Number.MAX_SAFE_INTEGER)
    if (names.has(queue)) throw new TypeError(`claim: queues: expected each queue once, got "${queue}" twice`)
    names.add(queue)
  }
}

/** Checks the length of a lease. */
export function checkLease(call: string, leaseMs: number, limits: Limits): void {
  checkWhole(call, 'leaseMs', leaseMs, limits.leaseMsMin, limits.leaseMsMax)
}

/** Checks the parameters of `jobs.settle`, follow-ups included. */
export function checkSettle(params: { readonly settlements: readonly Settlement[] }, limits: Limits): void {
  const { settlements } = params
  checkCount('settle', 'settlements', settlements.length, limits.settleItems)
  const followUps: NewJob[] = []
  for (const one of settlements) {
    if (one.kind === 'complete') checkValue('result', one.result, limits.resultBytes)
    if (one.kind === 'again') checkValue('payload', one.payload, limits.payloadBytes)
    if (one.kind === 'retry' || one.kind === 'fail') refuseTooLong('error', one.error, limits.resultBytes)
    if ('due' in one) checkDue('settle', one.due)
    if ('followUps' in one) followUps.push(...one.followUps)
  }
  if (followUps.length > 0) checkNewJobs('settle', followUps, limits)
}

/** Checks the parameters of `jobs.report`. */
export function checkReport(params: { readonly reports: readonly Report[] }, limits: Limits): void {
  checkCount('report', 'reports', params.reports.length, limits.settleItems)
  for (const { progress, steps = [] } of params.reports) {
    if (progress !== undefined) checkValue('progress', progress, limits.resultBytes)
    for (const { key, value } of steps) {
      checkText('report', 'step key', key)
      checkValue(`step "${key}"`, value, limits.resultBytes)
    }
  }
}

/** How much one call of a list can ask for: jobs, events, schedules, records of ticks. */
const PAGE_MAX = 1000

/** Checks the size of a page that is asked for. */
export function checkPage(call: string, limit: number): void {
  checkWhole(call, 'limit', limit, 1, PAGE_MAX)
}

/** Checks a text that identifies something: 1 to `max` characters. */
export function checkText(call: string, field: string, value: unknown, max: number = KEY_LENGTH_MAX): void {
  if (typeof value === 'string' && value.length >= 1 && value.length <= max) return
  throw new TypeError(`${call}: ${field}: expected 1 to ${max} characters, got ${shown(value)}`)
}

/** Checks a whole number. */
export function checkWhole(call: string, field: string, value: number, min: number, max: number): void {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return
  throw new TypeError(`${call}: ${field}: expected a whole number from ${min} to ${max}, got ${shown(value)}`)
}

/** Checks an instant, whole milliseconds since 1970. */
export function checkInstant(call: string, field: string, value: number): void {
  if (Number.isSafeInteger(value)) return
  throw new TypeError(`${call}: ${field}: expected whole milliseconds since 1970, got ${shown(value)}`)
}

/** Refuses more items than the store takes at a time. */
export function checkCount(call: string, field: string, count: number, max: number): void {
  if (count <= max) return
  const message = `${call} was given ${count} ${field}, the store takes ${max} at a time; split them`
  throw new RotaError('BATCH_TOO_LARGE', message, { facts: { call, count, max } })
}

/** Refuses a transaction where the store has none. */
export function checkNoTransaction(call: string, tx: unknown): void {
  if (tx === undefined) return
  throw new TypeError(`${call}: tx: expected none, because this store takes no transactions, got ${typeof tx}`)
}

function checkNewJob(call: string, job: NewJob): void {
  checkText(call, 'job id', job.id)
  checkText(call, 'task', job.task)
  checkText(call, 'queue', job.queue)
  checkWhole(call, 'priority', job.priority, 1, 5)
  checkDue(call, job.due)
  if (job.deadline !== null) checkInstant(call, 'deadline', job.deadline)
  if (job.maxTries !== null) checkWhole(call, 'maxTries', job.maxTries, 1, 1_000_000)
  // Scoped by the client with the name of the task in front.
  if (job.uniqueKey !== null) checkText(call, 'uniqueKey', job.uniqueKey, 3 * KEY_LENGTH_MAX)
  if (job.parents.length > 1 && new Set(job.parents.map(({ id }) => id)).size < job.parents.length) {
    throw new TypeError(`${call}: parents of job "${job.id}": expected each parent once, got one twice`)
  }
}

function checkDue(call: string, due: NewJob['due']): void {
  if ('at' in due) checkInstant(call, 'due.at', due.at)
  else checkWhole(call, 'due.inMs', due.inMs, 0, Number.MAX_SAFE_INTEGER)
}

function checkValue(what: string, value: EncodedValue | null, max: number): void {
  if (value !== null) refuseTooLong(what, value.json, max)
}

function refuseTooLong(what: string, text: string | null, max: number): void {
  if (text === null || bytesAtMost(text) <= max) return
  const bytes = Buffer.byteLength(text)
  if (bytes <= max) return
  const message = `${what} is ${bytes} bytes, the store takes ${max}; store a reference instead`
  throw new RotaError('PAYLOAD_TOO_LARGE', message, { facts: { bytes, max } })
}

/** An upper bound that costs nothing: UTF-8 takes at most three bytes for each unit of a string. */
function bytesAtMost(text: string | null): number {
  return text === null ? 0 : 3 * text.length
}

function refuseTooManyBytes(call: string, jobs: readonly NewJob[], max: number): void {
  const bytes = jobs.reduce((sum, job) => sum + storedBytes(job), 0)
  if (bytes <= max) return
  const message = `${call} was given ${bytes} bytes, the store takes ${max} at a time; split them`
  throw new RotaError('BATCH_TOO_LARGE', message, { facts: { call, bytes, max } })
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `${value.length} characters`
  return typeof value === 'number' ? String(value) : value === null ? 'null' : typeof value
}
