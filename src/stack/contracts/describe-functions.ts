import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Semaphore } from '../../async/semaphore.js'
import type { AppConfig, FunctionConfig } from '../../config/app-config.js'
import type { Contracts } from '../../config/contracts-file.js'
import type { DescribedContract } from '../../handlers/described-contract.js'
import { childEnvironment } from '../../isolation/child-environment.js'
import type { Clock } from '../../model/clock.js'
import { RotaError } from '../../model/errors.js'
import type { BundleTarget } from '../bundle/bundle-target.js'

const ENTRY = fileURLToPath(new URL('./describe-entry.js', import.meta.url))

/** As long as a runner waits for a function to load. */
const LOAD_WITHIN_MS = 30_000

/** What functions are described with. */
export interface DescribeParts {
  /** Makes a file that Node can run of a function: the `build` of a bundler. */
  readonly build: (target: BundleTarget) => Promise<{ readonly file: string }>
  readonly clock: Pick<Clock, 'sleep'>
  readonly signal?: AbortSignal | undefined
}

/**
 * The contracts of an app as its functions are now. Each is bundled and loaded in a process of its own with its own variables, and not
 * called. Rejects with `BUNDLE_FAILED` or `HANDLER_INVALID` for the first that cannot be loaded.
 */
export async function describeFunctions(
  { folder, stacks }: Pick<AppConfig, 'folder' | 'stacks'>,
  { build, clock, signal }: DescribeParts,
): Promise<Contracts> {
  const room = new Semaphore(availableParallelism())
  const found = await Promise.all(
    stacks
      .flatMap(({ tasks }) => tasks)
      .map(async ({ consumer, record }) => {
        await room.acquire(signal)
        try {
          const { file } = await build({ task: record, code: consumer.code, handler: consumer.handler })
          return [record, await describeFunction({ file, folder, record, consumer }, clock, signal)] as const
        } finally {
          room.release()
        }
      }),
  )
  return Object.fromEntries(found.filter((one): one is readonly [string, DescribedContract] => one[1] !== null))
}

async function describeFunction(
  what: { readonly file: string; readonly folder: string; readonly record: string; readonly consumer: FunctionConfig },
  clock: Pick<Clock, 'sleep'>,
  signal: AbortSignal | undefined,
): Promise<DescribedContract | null> {
  const { consumer, file, folder, record } = what
  const child = fork(ENTRY, [file, consumer.handler], {
    cwd: folder,
    env: childEnvironment(process.env, consumer.environment, []),
    execArgv: ['--enable-source-maps'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const over = new AbortController()
  const stop = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal])
  try {
    const told = await Promise.race([
      new Promise<Told>((resolve, reject) => {
        child.once('message', (message) => resolve(message as Told))
        child.once('error', reject)
        child.once('exit', (code, by) => resolve({ error: `its process ended (${by ?? `exit code ${String(code)}`})` }))
      }),
      clock.sleep(LOAD_WITHIN_MS, stop).then((): Told => ({ error: `not within ${LOAD_WITHIN_MS} ms` })),
    ])
    if ('contract' in told) return told.contract
    const message = `task "${record}" cannot be loaded to look at its contract: ${told.error}`
    throw new RotaError('HANDLER_INVALID', message, { facts: { task: record, file } })
  } finally {
    over.abort()
    child.kill('SIGKILL')
  }
}

type Told = { readonly contract: DescribedContract | null } | { readonly error: string }
