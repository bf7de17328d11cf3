import { confirm } from './confirm.js'
import { EXIT } from './exit.js'
import type { JobFilter } from './list-jobs.js'
import { countJobs, purgeJobs } from './purge-jobs.js'
import { formatCount } from './render/count.js'
import type { Session } from './session.js'

/**
 * Asks, purges with a line of progress on a terminal, and prints the count: the common part of `task purge` and `queue purge`.
 * `kind` and `place` say to people which jobs are meant: `failed`, ` in queue mail`.
 */
export async function runPurge(
  session: Session,
  params: {
    readonly filters: readonly JobFilter[]
    readonly kind: string
    readonly place: string
    readonly force: boolean | undefined
  },
): Promise<number> {
  const { filters, kind, place } = params
  const jobs = (count: number): string => `${formatCount(count)} ${kind} ${count === 1 ? 'job' : 'jobs'}${place}`
  const { backend } = await session.connect('existing')
  const total = await countJobs(backend, filters, session.signal)
  if (!(await confirm(session, `Delete ${jobs(total)}?`, params.force))) return EXIT.failed
  let deleted = 0
  try {
    for await (const progress of purgeJobs(backend, filters, session.signal)) {
      deleted = progress.deleted
      session.err.status(`${formatCount(deleted)} of ${formatCount(progress.total)} deleted`)
    }
  } catch (error) {
    session.err.status('')
    session.err.line(`Deleted ${jobs(deleted)} before it ended.`)
    throw error
  }
  session.err.status('')
  if (session.json) session.out.json({ deleted })
  else session.out.line(`Deleted ${jobs(deleted)}.`)
  return EXIT.ok
}
