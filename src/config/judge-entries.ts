import { encode } from '../codec/encode.js'
import { RotaError } from '../model/errors.js'
import { parseSchedule } from '../schedule/parse-schedule.js'
import { cronExpression } from './cron-expression.js'
import type { Problems } from './problems.js'
import { entriesOf, type RawStack, recordsOf } from './raw-stack.js'
import { type ConfigPath, isObject } from './source.js'
import { isPath, referenceOf, referenceReason } from './task-reference.js'

/** What entries may refer to, over all stacks. */
interface Known {
  readonly tasks: ReadonlyMap<string, string>
  readonly queues: ReadonlyMap<string, string>
}

/** Tells what a schema cannot see: members that exclude each other, schedules that are none, tasks and queues that do not exist. */
export function judgeEntries(stacks: readonly RawStack[], problems: Problems): void {
  const known = { tasks: recordsOf(stacks, 'tasks'), queues: recordsOf(stacks, 'queues') }
  for (const stack of stacks) new StackJudge(stack, known, problems).judge()
}

class StackJudge {
  readonly #stack: RawStack
  readonly #known: Known
  readonly #problems: Problems

  constructor(stack: RawStack, known: Known, problems: Problems) {
    this.#stack = stack
    this.#known = known
    this.#problems = problems
  }

  judge(): void {
    for (const { path, value } of entriesOf(this.#stack, 'tasks')) if (isObject(value)) this.#judgeTask(path, value)
    for (const { path, value } of entriesOf(this.#stack, 'crons')) if (isObject(value)) this.#judgeCron(path, value)
    for (const { path, value } of entriesOf(this.#stack, 'queues')) this.#judgeQueue(path, value)
    for (const { path, value } of entriesOf(this.#stack, 'topics'))
      if (Array.isArray(value)) this.#judgeTopic(path, value)
  }

  #judgeTask(path: ConfigPath, task: Members): void {
    this.#judgeTries(path, task)
    const { queue } = task
    if (typeof queue === 'string' && queue !== '' && queue !== 'default') {
      this.#tellReason([...path, 'queue'], this.#reason(queue, 'queue'))
    }
  }

  #judgeCron(path: ConfigPath, cron: Members): void {
    this.#judgeTries(path, cron)
    this.#judgeSchedule(path, cron)
    const { task, consumer } = cron
    if (task === undefined && consumer === undefined && !hasMisspelt(cron, CRON_KEYS)) {
      this.#tell(path, 'expected "task" or "consumer", got neither', 'key')
    }
    if (task !== undefined && consumer !== undefined) {
      this.#tell([...path, 'consumer'], 'expected either "task" or "consumer", got both', 'key')
    }
    if (typeof task === 'string' && task !== '') this.#tellReason([...path, 'task'], this.#reason(task, 'task'))
    this.#judgeConsumer([...path, 'consumer'], consumer)
    if (cron['payload'] !== undefined) this.#judgePayload([...path, 'payload'], cron['payload'])
  }

  #judgeSchedule(path: ConfigPath, { schedule, timeZone = 'UTC' }: Members): void {
    if (typeof schedule !== 'string' || schedule === '' || typeof timeZone !== 'string' || timeZone === '') return
    const error = refusal(() => parseSchedule(cronExpression(schedule), { timeZone }))
    if (error === null) return
    const isZone = error.facts['field'] === 'time zone' && !/^(?:CRON_)?TZ=/.test(schedule)
    if (isZone) {
      this.#tell(
        [...path, 'timeZone'],
        `expected an IANA name such as "Europe/Amsterdam", got ${JSON.stringify(timeZone)}`,
      )
    } else this.#tell([...path, 'schedule'], error.message.replace(/^schedule /, ''))
  }

  #judgePayload(path: ConfigPath, payload: unknown): void {
    const lost = this.#stack.source.lostDigits(path)
    if (lost !== null) this.#tell(path, `expected numbers that keep their digits, got ${lost}; write it as text`)
    this.#tellReason(path, refusal(() => encode(payload, { what: 'it' }))?.message ?? null)
  }

  #judgeQueue(path: ConfigPath, queue: unknown): void {
    if (typeof queue === 'string') return this.#judgeConsumer(path, queue)
    if (!isObject(queue)) return
    this.#judgeTries(path, queue)
    const { consumer } = queue
    this.#judgeConsumer([...path, 'consumer'], consumer)
    if (consumer === undefined && !hasMisspelt(queue, QUEUE_KEYS)) {
      for (const key of ['batchSize', 'retryAttempts', 'maxTries']) {
        if (queue[key] !== undefined)
          this.#tell([...path, key], 'expected a "consumer" that it is for, got none', 'key')
      }
    }
    if (typeof consumer !== 'string' || isPath(consumer)) return
    for (const key of ['retryAttempts', 'maxTries']) {
      if (queue[key] === undefined) continue
      this.#tell([...path, key], 'expected it at the task that is the consumer, got it at the queue', 'key')
    }
  }

  #judgeTopic(path: ConfigPath, subscribers: readonly unknown[]): void {
    const seen = new Set<string>()
    for (const [at, subscriber] of subscribers.entries()) {
      if (typeof subscriber !== 'string' || subscriber === '') continue
      const record = referenceOf(subscriber, this.#stack.written)
      const twice = `expected each task once, got ${JSON.stringify(subscriber)} again`
      this.#tellReason([...path, at], this.#reason(subscriber, 'task') ?? (seen.has(record) ? twice : null))
      seen.add(record)
    }
  }

  /** The consumer of a cron or a queue: a text without folder or ending is the name of a task. */
  #judgeConsumer(path: ConfigPath, consumer: unknown): void {
    if (typeof consumer !== 'string' || consumer === '' || isPath(consumer)) return
    this.#tellReason(path, this.#reason(consumer, 'task'))
  }

  #judgeTries(path: ConfigPath, { retryAttempts, maxTries }: Members): void {
    if (retryAttempts === undefined || maxTries === undefined) return
    this.#tell([...path, 'maxTries'], 'expected either "retryAttempts" or "maxTries", got both', 'key')
  }

  #reason(text: string, what: 'task' | 'queue'): string | null {
    return referenceReason(text, this.#stack.written, { what, known: this.#known[`${what}s`] })
  }

  #tellReason(path: ConfigPath, reason: string | null): void {
    if (reason !== null) this.#tell(path, reason)
  }

  #tell(path: ConfigPath, reason: string, part: 'key' | 'value' = 'value'): void {
    this.#problems.tell(this.#stack.source, path, reason, part)
  }
}

type Members = Readonly<Record<string, unknown>>

const CRON_KEYS = ['schedule', 'timeZone', 'task', 'consumer', 'payload', 'enabled', 'retryAttempts', 'maxTries']
const QUEUE_KEYS = ['consumer', 'batchSize', 'concurrency', 'retryAttempts', 'maxTries']

/** A key that nobody reads is told already, and may be the one that is missed. */
function hasMisspelt(members: Members, known: readonly string[]): boolean {
  return Object.keys(members).some((key) => !known.includes(key))
}

/** What an operating failure says; whatever else is thrown is a fault of ours and goes on. */
function refusal(read: () => unknown): RotaError | null {
  try {
    read()
    return null
  } catch (error) {
    if (RotaError.is(error)) return error
    throw error
  }
}
