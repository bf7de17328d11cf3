import { InvalidArgumentError, type Command } from 'commander'
import type { FailedFilter } from '../client/failed-filter.js'
import type { FailureReason } from '../model/job-state.js'
import type { Clock } from '../model/clock.js'
import { durationArgument, instantArgument, nameArgument, wordArgument } from './arguments.js'

const FAILURES: readonly FailureReason[] = ['exhausted', 'terminated', 'expired', 'unreachable']

/** What `--filter` takes, and how each is read. Lengths of time count back from now. */
type FilterPart = (now: number) => FailedFilter

const PARTS: Readonly<Record<string, (value: string) => FilterPart>> = {
  task: (value) => always({ task: nameArgument('task')(value) }),
  failure: (value) => always({ failure: wordArgument(FAILURES)(value) }),
  error: (value) => always({ error: value }),
  code: (value) => always({ code: value }),
  since: (value) => {
    const at = instantReader(value)
    return (now) => ({ failedFrom: at(now) })
  },
  until: (value) => {
    const at = instantReader(value)
    return (now) => ({ failedUntil: at(now) })
  },
}

/** The options that say which failed jobs are meant. */
export interface FailedFilterOptions {
  readonly queue?: string
  readonly filter?: readonly FilterPart[]
}

/** Declares them. */
export function declareFailedFilter(command: Command): Command {
  return command
    .option('-q, --queue <name>', 'only jobs of this queue', nameArgument('queue'))
    .option(
      '-f, --filter <key=value>',
      'only jobs that fit, may be given again: task=NAME, failure=REASON, error=TEXT in its name or message, code=CODE, since=1h, until=2027-01-31T08:00:00Z',
      filterArgument,
    )
}

/** The filter that they make. */
export function failedFilterOf({ filter = [], queue }: FailedFilterOptions, clock: Pick<Clock, 'now'>): FailedFilter {
  const now = clock.now()
  const parts = filter.map((part) => part(now))
  return Object.assign({}, queue === undefined ? {} : { queue }, ...parts) as FailedFilter
}

function filterArgument(text: string, before: readonly FilterPart[] = []): FilterPart[] {
  const at = text.indexOf('=')
  const key = at === -1 ? text : text.slice(0, at)
  const read = Object.hasOwn(PARTS, key) ? PARTS[key] : undefined
  if (read === undefined || at === -1 || at === text.length - 1) {
    const expected = Object.keys(PARTS).join(', ')
    throw new InvalidArgumentError(`expected KEY=VALUE with one of ${expected}, got ${JSON.stringify(text)}`)
  }
  return [...before, read(text.slice(at + 1))]
}

function always(part: FailedFilter): FilterPart {
  return () => part
}

function instantReader(text: string): (now: number) => number {
  if (/^\d{4}-/.test(text)) {
    const at = instantArgument(text)
    return () => at
  }
  const length = durationArgument('so long ago')(text)
  return (now) => now - length
}
