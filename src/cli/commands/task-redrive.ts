import { InvalidArgumentError } from 'commander'
import { redriveFailed, type RedriveReport } from '../../client/redrive.js'
import { defineCommand } from '../define-command.js'
import { EXIT, UsageError } from '../exit.js'
import { declareFailedFilter, failedFilterOf, type FailedFilterOptions } from '../failed-filter-option.js'
import { formatCount } from '../render/count.js'

interface Options extends FailedFilterOptions {
  readonly rate?: number
  readonly parked?: true
  readonly dryRun?: true
}

export const command = defineCommand<[], Options>({
  description:
    'Makes failed jobs wait again, with all their tries, in the order in which they failed. Safe while workers run: each job moves once or not at all. Ctrl-C stops between two writes, and the same command goes on from there. What fails meanwhile is left alone.',
  examples: [
    ['rota task redrive --queue mail --rate 50', 'at most fifty a second, so that the mail server is not overrun'],
    ['rota task redrive --filter code=ECONNREFUSED --filter since=2h --dry-run', 'how many would it be?'],
  ],
  declare: (command) =>
    declareFailedFilter(command)
      .option('-r, --rate <number>', 'jobs a second at most, such as 50 or 0.5', rateArgument)
      .option('--parked', 'jobs that no worker so far could read the payload of, in place of failed ones')
      .option('--dry-run', 'count them, and change nothing'),
  async run(session, options) {
    const { dryRun = false, parked = false, rate } = options
    if (parked && (options.filter ?? []).length > 0)
      throw new UsageError('--parked: expected --queue alone beside it, got --filter')
    const jobs = (count: number): string =>
      `${formatCount(count)} ${parked ? 'parked' : 'failed'} ${count === 1 ? 'job' : 'jobs'}`
    const { backend } = await session.connect('existing')
    let report: RedriveReport = { found: 0, redriven: 0, held: 0, gone: 0 }
    const onProgress = (progress: RedriveReport): void => {
      report = progress
      session.err.status(`${formatCount(moved(report))} of ${formatCount(report.found)} done`)
    }
    const filter = failedFilterOf(options, session.clock)
    try {
      report = await redriveFailed(backend, session.clock, {
        ...filter,
        parked,
        rate,
        dryRun,
        onProgress,
        signal: session.signal,
      })
    } catch (error) {
      session.err.status('')
      session.err.line(`Made ${jobs(report.redriven)} wait again before it ended; the same command goes on.`)
      throw error
    }
    session.err.status('')
    if (session.json) session.out.json(report)
    else for (const line of linesOf(report, dryRun, jobs)) session.out.line(line)
    return EXIT.ok
  },
})

function linesOf(
  { found, gone, held, redriven }: RedriveReport,
  dryRun: boolean,
  jobs: (count: number) => string,
): readonly string[] {
  if (dryRun) return [`Would make ${jobs(found)} wait again.`]
  return [
    `Made ${jobs(redriven)} wait again.`,
    ...(held === 0 ? [] : [`${jobs(held)} stayed failed: another live job holds the unique key.`]),
    ...(gone === 0 ? [] : [`${jobs(gone)} had been run again or removed by somebody else.`]),
  ]
}

function moved({ gone, held, redriven }: RedriveReport): number {
  return redriven + held + gone
}

function rateArgument(text: string): number {
  const rate = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0
  if (rate > 0 && rate <= 1_000_000) return rate
  throw new InvalidArgumentError(`expected jobs per second, above 0 to 1000000, got ${JSON.stringify(text)}`)
}
