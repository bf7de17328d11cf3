import type { NewJob } from '../../model/job.js'
import { arrayOf, jsonOf } from './arrays.js'
import { arrayOfList, listOf } from './text-lists.js'

/** The columns of no job. */
export const NO_JOBS: readonly null[] = Object.freeze(Array.from({ length: 13 }, () => null))

/**
 * New jobs as the parameters of `put_jobs`: a column each, and none for what no job of the call has, which is most of them.
 * `kinds`: the number of each job's queue and task.
 */
export function jobColumns(jobs: readonly NewJob[], kinds: readonly number[]): readonly (string | null)[] {
  if (jobs.length === 0) return NO_JOBS
  return [
    arrayOf(kinds),
    arrayOf(jobs.map(({ priority }) => priority)),
    numbers(jobs, ({ due }) => ('at' in due ? due.at : null)),
    numbers(jobs, ({ due }) => ('at' in due || due.inMs === 0 ? null : due.inMs)),
    numbers(jobs, ({ deadline }) => deadline),
    numbers(jobs, ({ maxTries }) => maxTries),
    listOf(jobs.map(({ id }) => id)),
    texts(jobs, ({ uniqueKey }) => uniqueKey),
    texts(jobs, ({ tick }) => (tick === null ? null : JSON.stringify(tick))),
    texts(jobs, ({ payload }) => (payload === null ? null : payload.json)),
    texts(jobs, ({ payload }) => (payload === null ? null : payload.note)),
    texts(jobs, ({ headers }) => headers),
    texts(jobs, ({ parents }) => (parents.length === 0 ? null : jsonOf(parents))),
  ]
}

/** `$first` and the twelve parameters behind it, with their types: a user's own client is told nothing else about them. */
export function jobParams(first: number): string {
  return JOB_TYPES.map((type, at) => {
    const param = `$${first + at}`
    return type === 'text' ? arrayOfList(param) : `${param}::${type}[]`
  }).join(', ')
}

const JOB_TYPES = [
  'int',
  'smallint',
  ...['bigint', 'bigint', 'bigint', 'int'],
  ...['text', 'text', 'text', 'text', 'text', 'text', 'text'],
]

function numbers(jobs: readonly NewJob[], of: (job: NewJob) => number | null): string | null {
  const values = jobs.map(of)
  return values.every((value) => value === null) ? null : arrayOf(values)
}

function texts(jobs: readonly NewJob[], of: (job: NewJob) => string | null): string | null {
  const values = jobs.map(of)
  return values.every((value) => value === null) ? null : listOf(values)
}
