import { relative, resolve } from 'node:path'
import type { AppConfig } from '../../config/app-config.js'
import { rootFileAt } from '../../config/find-files.js'
import { loadConfig } from '../../config/load-config.js'
import { type ConfigProblem, problemLine } from '../../config/problems.js'
import { RotaError } from '../../model/errors.js'
import { checkContracts, type ContractsAsked, type ContractsVerdict } from '../check-contracts.js'
import { checkTaskFiles } from '../check-task-files.js'
import { defineCommand } from '../define-command.js'
import { EXIT } from '../exit.js'
import type { Session } from '../session.js'
import { urlReason } from '../url-reason.js'

/** What was found out about the config of an app. */
interface Verdict {
  readonly file: string
  /** null when anything is wrong with it. */
  readonly config: AppConfig | null
  /** Schedules by file beside it. */
  readonly taskFiles: number
  /** Contracts that were looked at; null: none were. */
  readonly contracts: ContractsVerdict | null
  readonly problems: readonly ConfigProblem[]
  /** How many there are beyond those that are listed. */
  readonly more: number
}

export const command = defineCommand<[path: string], ContractsAsked>({
  description:
    'Says everything that is wrong with the config of an app, each mistake with its place: the root file, the stack.json files below it, and the schedules by file in tasks beside it. Looks whether schedules can be meant, and source files are there. Opens no store and starts nothing, but runs a config in TypeScript. Where there is a rota.contracts.json it also loads every function, to see whether the file is what they say. The exit code is 1 when anything is wrong.',
  examples: [
    ['rota check', 'judge the config of this folder'],
    ['rota check --write', 'write rota.contracts.json: what payloads of each task look like now'],
    ['rota check --against origin/main', 'in CI: would jobs that wait since that commit still be run?'],
    ["rota check shop --json | jq -r '.problems[].path'", 'only what is wrong, by path'],
  ],
  declare: (command) =>
    command
      .argument('[path]', 'the config file, or its folder', '.')
      .option(
        '--against <file-or-commit>',
        'tell what payloads of then, as rota.contracts.json has them, cannot be read any more',
      )
      .option('--write', 'write rota.contracts.json'),
  async run(session, options, path) {
    const verdict = await examine(path, options, session)
    if (session.json) session.out.json(documentOf(verdict))
    else print(session, verdict)
    return verdict.problems.length === 0 ? EXIT.ok : EXIT.failed
  },
})

async function examine(path: string, asked: ContractsAsked, session: Session): Promise<Verdict> {
  const { signal } = session
  const file = await rootFileAt(path)
  const { config, problems, more } = await examineConfig(file, signal)
  const tasks = await checkTaskFiles(file, config?.app ?? null, signal)
  const contracts = config === null ? null : await checkContracts(config, asked, session)
  const all = [...problems, ...tasks.problems, ...(contracts?.problems ?? [])]
  return { file, config, taskFiles: tasks.count, contracts, problems: all, more }
}

async function examineConfig(
  file: string,
  signal: AbortSignal,
): Promise<Pick<Verdict, 'config' | 'problems' | 'more'>> {
  try {
    return { config: await loadConfig(file, { signal, urlReason }), problems: [], more: 0 }
  } catch (error) {
    if (!RotaError.is(error) || error.code !== 'CONFIG_INVALID') throw error
    const problems = error.facts['problems'] as readonly ConfigProblem[]
    // Without a place there is nothing to list: what is wrong lies outside the file.
    if (problems.length === 0) throw error
    return { config: null, problems, more: Number(error.facts['count']) - problems.length }
  }
}

function documentOf({ file, config, taskFiles, contracts, problems, more }: Verdict): object {
  const shown = problems.map((problem) => ({ ...problem, file: shownFile(problem.file) }))
  const stacks = config?.stacks.map(({ key, name, ...stack }) => ({
    key,
    name,
    file: shownFile(stack.file),
    ...countsOf([stack]),
  }))
  const awsOnly = config?.awsOnly.map((use) => ({ ...use, file: shownFile(use.file) }))
  return {
    file: shownFile(file),
    valid: shown.length === 0,
    problems: shown,
    more,
    stacks: stacks ?? [],
    taskFiles,
    contracts: contracts?.count ?? null,
    awsOnly: awsOnly ?? [],
  }
}

function print({ out }: Session, { file, config, taskFiles, contracts, problems, more }: Verdict): void {
  for (const problem of problems) {
    const line = problemLine(problem, resolve('.'))
    const place = line.slice(0, line.indexOf(': '))
    out.line({ text: place, style: 'yellow' }, line.slice(place.length))
  }
  if (more > 0) out.line(`and ${more} more`)
  if (problems.length > 0) {
    const files = [...new Set(problems.map((problem) => shownFile(problem.file)))]
    return out.line({ text: `${plural(problems.length + more, 'mistake')} in ${files.join(', ')}`, style: 'red' })
  }
  const { stacks = [], awsOnly = [] } = config ?? {}
  const counts = Object.entries(countsOf(stacks)).map(([kind, count]) => plural(count, kind.slice(0, -1)))
  const files = taskFiles === 0 ? [] : [plural(taskFiles, 'task file')]
  if (contracts !== null) files.push(plural(contracts.count, 'contract'))
  out.line(`${shownFile(file)}: valid; `, [plural(stacks.length, 'stack'), ...counts, ...files].join(', '))
  if (contracts?.written === true) out.line('rota.contracts.json: written')
  if (awsOnly.length === 0) return
  const uses = awsOnly.map(
    (use) => `${use.property} (${[shownFile(use.file), use.line].filter((part) => part !== null).join(':')})`,
  )
  out.line({ text: `acts on AWS only: ${uses.join(', ')}`, style: 'dim' })
}

function countsOf(stacks: readonly Pick<AppConfig['stacks'][number], 'tasks' | 'crons' | 'queues' | 'topics'>[]) {
  const count = (key: 'tasks' | 'crons' | 'queues' | 'topics'): number =>
    stacks.reduce((sum, stack) => sum + stack[key].length, 0)
  const tasks = stacks.reduce((sum, stack) => sum + stack.tasks.filter((task) => task.of === 'task').length, 0)
  return { tasks, crons: count('crons'), queues: count('queues'), topics: count('topics') }
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** As it is called from where the command was typed. */
function shownFile(file: string): string {
  return relative(resolve('.'), file)
}
