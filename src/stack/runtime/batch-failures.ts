import type { BatchReport } from '../../model/batch-report.js'

/**
 * The messages that failed, by their places. As for SQS, whatever is no such report means that all went well, and a report that
 * names a message that there is not means that nobody knows which did: then all have failed.
 */
export function failedMessages(result: unknown, ids: readonly string[]): ReadonlyMap<number, Error> {
  if (!isReport(result)) return new Map()
  const failed = new Map<number, Error>()
  for (const { itemIdentifier, error } of result.batchItemFailures) {
    const place = typeof itemIdentifier === 'number' ? itemIdentifier : ids.indexOf(itemIdentifier)
    if (ids[place] === undefined) return allFailed(itemIdentifier, ids)
    failed.set(place, new Error(error ?? 'the consumer reported this message of its batch as failed'))
  }
  return failed
}

function allFailed(unknown: string | number, ids: readonly string[]): ReadonlyMap<number, Error> {
  const what = `batchItemFailures: expected ids of the batch or places from 0 to ${ids.length - 1}`
  const error = new TypeError(`${what}, got ${JSON.stringify(unknown)}`)
  return new Map(ids.map((_, place) => [place, error]))
}

function isReport(value: unknown): value is BatchReport {
  if (typeof value !== 'object' || value === null || !('batchItemFailures' in value)) return false
  const { batchItemFailures: items } = value
  return (
    Array.isArray(items) && items.every((item) => typeof item === 'object' && item !== null && 'itemIdentifier' in item)
  )
}
