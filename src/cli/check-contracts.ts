import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { AppConfig } from '../config/app-config.js'
import { CONTRACTS_FILE, type Contracts, contractsText, parseContracts } from '../config/contracts-file.js'
import type { ConfigProblem } from '../config/problems.js'
import type { Clock } from '../model/clock.js'
import { createBundler } from '../stack/bundle/create-bundler.js'
import { incompatibilities } from '../stack/contracts/compare-contracts.js'
import { describeFunctions } from '../stack/contracts/describe-functions.js'
import { FailedError } from './exit.js'

const run = promisify(execFile)

/** What to do with the contracts of an app. */
export interface ContractsAsked {
  /** A file, or else what git calls a commit: the contracts that jobs may have been written under. */
  readonly against?: string
  /** Write what the functions say now. */
  readonly write?: boolean
}

/** What was found out about them; null: nobody asked, and there are none on file. */
export interface ContractsVerdict {
  readonly count: number
  readonly problems: readonly ConfigProblem[]
  readonly written: boolean
}

/** Looks whether the contracts on file are what the functions say, and what a release of these functions would do to jobs that wait. */
export async function checkContracts(
  config: AppConfig,
  { against, write = false }: ContractsAsked,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<ContractsVerdict | null> {
  if (against === undefined && !write && config.contracts === null) return null
  const file = join(config.folder, CONTRACTS_FILE)
  const problem = (path: string, reason: string): ConfigProblem => ({ file, line: null, column: null, path, reason })
  const before = against === undefined ? {} : await contractsAt(against, config.folder, signal)
  await using bundler = createBundler({ folder: config.folder, clock })
  const now = await describeFunctions(config, { build: bundler.build, clock, signal })
  const tasks = new Set(config.stacks.flatMap((stack) => stack.tasks.map(({ record }) => record)))
  const problems = incompatibilities(before, now, (task) => !tasks.has(task)).map(({ mend, task, what }) =>
    problem(task, `${what}; ${mend}`),
  )
  const isStale = config.contracts === null || contractsText(config.contracts) !== contractsText(now)
  if (write && isStale) await writeFile(file, contractsText(now))
  if (!write && config.contracts !== null && isStale) {
    problems.push(problem('', 'expected what the functions say now, got something else; run `rota check --write`'))
  }
  return { count: Object.keys(now).length, problems, written: write && isStale }
}

/** The contracts of a file, or of the app as it was in a commit; none where there was no such file yet. */
async function contractsAt(against: string, folder: string, signal: AbortSignal): Promise<Contracts> {
  const file = resolve(against)
  const text = await readFile(file, 'utf8').catch(() => null)
  if (text !== null) return parseContracts(text, file)
  const git = (...args: readonly string[]) => run('git', args, { cwd: folder, signal, maxBuffer: 64 * 1024 * 1024 })
  try {
    await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${against}^{commit}`)
  } catch (cause) {
    signal.throwIfAborted()
    const expected = `expected a file, or a commit of the repository at ${dirname(join(folder, CONTRACTS_FILE))}`
    throw new FailedError(`--against: ${expected}, got ${JSON.stringify(against)}`, { cause })
  }
  try {
    const { stdout } = await git('show', '--end-of-options', `${against}:./${CONTRACTS_FILE}`)
    return parseContracts(stdout, `${against}:${CONTRACTS_FILE}`)
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof Error && 'stderr' in error) return {} // it had no contracts then
    throw error
  }
}
