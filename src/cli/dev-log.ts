import { relative } from 'node:path'
import type { AppConfig, AwsOnlyUse } from '../config/app-config.js'
import type { JobLog } from '../model/handler-context.js'
import { RotaError } from '../model/errors.js'
import type { DevEvent } from '../stack/dev/dev-event.js'
import type { WorkerEvent } from '../worker/worker-event.js'
import { redactSecrets } from './redact.js'
import { isoInstant } from './render/instant.js'
import type { ServiceLog } from './run-services.js'
import { thrownAt } from './thrown-at.js'

/** Ticks that are logged when an app has been opened. */
const TICKS_LOGGED_MAX = 5

const LEVELS: Readonly<Record<keyof JobLog, keyof ServiceLog>> = {
  debug: 'info',
  info: 'info',
  warn: 'warn',
  error: 'error',
}

/** Says in lines of a log what happens to an app under development. */
export class DevLog implements ServiceLog {
  readonly #log: ServiceLog
  /** Tasks that could not be built the last time. */
  readonly #broken = new Set<string>()
  #tellsTicks = false

  constructor(log: ServiceLog) {
    this.#log = log
  }

  info(facts: object, message: string): void {
    this.#log.info(facts, message)
  }

  /** As a logger of the worker's: an error is told with the place in the sources that it comes from. */
  warn(facts: object, message: string): void {
    this.#log.warn(placed(facts), message)
  }

  error(facts: object, message: string): void {
    this.#log.error(placed(facts), message)
  }

  tell(event: DevEvent): void {
    switch (event.type) {
      case 'opened':
        return this.#opened(event)
      case 'config-failed':
        return this.#failed(
          event.error,
          event.isRunning ? 'what ran before runs on' : 'nothing runs until it is put right',
        )
      case 'config-restored':
        return this.#log.info({}, 'dev: the config says again what runs')
      case 'aws-only':
        return this.#log.warn({}, awsOnlyText(event.uses))
      case 'types-written':
        return this.#log.info({ file: shownFile(event.file) }, 'dev: wrote the types of all calls')
      case 'types-failed':
        return this.#failed(event.error, 'the types were not written')
      case 'built':
        return this.#built(event)
      case 'build-failed':
        this.#broken.add(event.task)
        return this.#failed(event.error, event.isRunning ? 'its last bundle runs on' : 'its jobs wait')
      case 'line':
        return this.#log[LEVELS[event.line.level]]({ job: event.line.job }, `${event.line.task}: ${event.line.message}`)
      case 'worker':
        return this.#worker(event.event)
      case 'scheduler':
        if (event.event.type !== 'fired') return
        return this.#log.info(
          { schedule: event.event.schedule, tick: isoInstant(event.event.tick) },
          'scheduler: fired',
        )
      case 'ticks':
        if (!this.#tellsTicks) return
        this.#tellsTicks = false
        for (const { at, schedule } of event.next.slice(0, TICKS_LOGGED_MAX))
          this.#log.info({ schedule, at: isoInstant(at) }, 'scheduler: next tick')
    }
  }

  #opened({ config, isFirst, url }: Extract<DevEvent, { type: 'opened' }>): void {
    this.#tellsTicks = true
    const message = isFirst
      ? `dev: running ${config.app}`
      : `dev: the config has changed; running ${config.app} as it is now`
    this.#log.info({ url: shownUrl(url), ...countsOf(config) }, message)
  }

  /** A build that fails or an app that starts has a line; one of three hundred that succeed has none. */
  #built({ isFirst, task, tookMs }: Extract<DevEvent, { type: 'built' }>): void {
    const wasBroken = this.#broken.delete(task)
    if (!isFirst || wasBroken) this.#log.info({ task, tookMs: Math.round(tookMs) }, 'dev: rebuilt')
  }

  #failed(error: unknown, consequence: string): void {
    for (const line of problemLines(error)) this.#log.error({}, `dev: ${line}`)
    this.#log.warn({}, `dev: ${consequence}`)
  }

  /** Attempts that fail are told by the worker itself; the waiting of a task without a bundle is no news. */
  #worker(event: WorkerEvent): void {
    if (event.type !== 'ended') return
    const { job, outcome, tookMs } = event
    const facts = { task: job.task, job: job.id, tookMs: Math.round(tookMs) }
    if (outcome === 'complete') this.#log.info(facts, 'worker: completed')
    if (outcome === 'again' || outcome === 'cancel') this.#log.info({ ...facts, outcome }, 'worker: ended')
  }
}

/** What an error tells, a line for each mistake. */
export function problemLines(error: unknown): readonly string[] {
  const lines = (error instanceof Error ? error.message : String(error)).split('\n').map((line) => line.trim())
  const isKnown = RotaError.is(error) || error instanceof TypeError
  return isKnown
    ? lines
    : lines.map((line, at) => (at === 0 && error instanceof Error ? `${error.name}: ${line}` : line))
}

/** How much of everything a config has. */
export function countsOf({
  stacks,
}: AppConfig): Readonly<Record<'stacks' | 'tasks' | 'crons' | 'queues' | 'topics', number>> {
  const sum = (count: (stack: AppConfig['stacks'][number]) => number): number =>
    stacks.reduce((total, stack) => total + count(stack), 0)
  return {
    stacks: stacks.length,
    tasks: sum(({ tasks }) => tasks.filter((task) => task.of === 'task').length),
    crons: sum(({ crons }) => crons.length),
    queues: sum(({ queues }) => queues.length),
    topics: sum(({ topics }) => topics.length),
  }
}

function awsOnlyText(uses: readonly AwsOnlyUse[]): string {
  const places = new Map<string, string>()
  for (const { file, line, property } of uses)
    if (!places.has(property)) places.set(property, [shownFile(file), line].filter((part) => part !== null).join(':'))
  const told = [...places].map(([property, place]) => `${property} (${place})`).join(', ')
  return `dev: acts on AWS only and does nothing here: ${told}`
}

function placed(facts: object): object {
  const { err } = facts as { readonly err?: unknown }
  return err instanceof Error ? { ...facts, at: thrownAt(err) } : facts
}

/** A store without its secrets; a file as it is called from here, where it lies below. */
export function shownUrl(url: string): string {
  const [, file] = /^sqlite:(?:\/\/)?(\/.*)$/.exec(url) ?? []
  const path = file === undefined ? '' : shownFile(file)
  return path === '' || path.startsWith('..') ? redactSecrets(url) : `sqlite:${path}`
}

function shownFile(file: string): string {
  const path = relative(process.cwd(), file)
  return path === '' ? file : path
}
