import { RotaError } from '../model/errors.js'
import type { ErrorRecord } from '../model/job.js'
import type { JobOptions } from '../model/job-options.js'
import { isFinished, type ShownState } from '../model/job-state.js'
import { checkName, KEY_LENGTH_MAX } from '../model/names.js'
import { checkOptionNames } from '../model/option-names.js'
import type { Row, RowParams } from '../model/row.js'
import { type AnyTask, task } from '../model/task-definition.js'
import type { DeleteOutcome } from '../port/job-store.js'
import type { JobHandle } from './job-handle.js'
import type { JobView } from './job-view.js'
import { CompletedTaskInQueue, UnknownTaskId, UnknownTaskType } from './row-errors.js'
import { readMessage, rowId } from './row-message.js'

/** A row with what is known about its way. */
export interface RowView extends Row {
  /** `put`: no message was sent for it yet. */
  readonly state: ShownState | 'put'
  /** When it is due, or due again; null when it is not waiting. */
  readonly targetTimestamp: number | null
  /** Attempts of this iteration that have failed. */
  readonly attempts: number
  /** Why the last attempt that failed did. */
  readonly error: ErrorRecord | null
}

/** What a row is put with. */
export interface NewRow {
  readonly id: string | number
  readonly completed?: false
  readonly type: string
  readonly params?: RowParams
}

/** The few things that rows ask of a client. */
export interface RowClient {
  enqueue(task: AnyTask, payload: unknown, options: JobOptions): Promise<JobHandle>
  get(id: string): Promise<JobView | null>
  delete(id: string): Promise<DeleteOutcome>
}

/** Tells which types of rows there are: a task; null for an unknown type; undefined where other programs have the runners. */
export type FindType = (type: string) => AnyTask | null | undefined

/** The header that carries the other members of a message. */
const MESSAGE_HEADER = 'rota-message'

/** Rows that were put and not sent are jobs of this task, which no worker has: they wait until they are sent. */
const draftTask = task<Draft>('rota:row', { queue: 'rota:rows' })
const DRAFT_PREFIX = 'rota:row/'

/** The last year that everything can print: a draft is never due. */
const NEVER = Date.UTC(9999, 11, 31)

interface Draft {
  readonly type: string
  readonly params: RowParams
}

const ROW_NAMES: ReadonlySet<string> = new Set<keyof Row>(['completed', 'id', 'params', 'type'])

/**
 * Rows are jobs. One that was put but not sent is a draft, a job of a task of its own; sending it makes the job, under the
 * row's id, and then removes the draft. Each step can be repeated, so that whatever stops in between is made good by sending again,
 * and a message that comes twice finds the job there.
 */
export class RowDesk {
  readonly #client: RowClient
  readonly #find: FindType

  constructor(client: RowClient, find: FindType) {
    this.#client = client
    this.#find = find
  }

  async put(row: NewRow): Promise<void> {
    const { id, draft } = readRow(row)
    this.#typeOf(draft.type)
    const job = await this.#client.get(id)
    if (job !== null && !isDone(job)) throw busy(id)
    await this.#putDraft(id, draft)
  }

  async get(given: string | number): Promise<RowView | null> {
    const id = rowId(given, 'row id')
    const { draft, job } = await this.#read(id)
    if (draft === null || (job !== null && !isDone(job))) return job === null ? null : viewRow(job)
    const { type, params } = draft
    return { id, completed: false, type, params, state: 'put', targetTimestamp: null, attempts: 0, error: null }
  }

  async send(message: unknown): Promise<JobHandle> {
    const { id, at, priority, others } = readMessage(message)
    const { draft, job } = await this.#read(id)
    const sent = draft ?? draftOf(id, job)
    const task = this.#typeOf(sent.type)
    if (job !== null && isDone(job)) {
      // Between the two steps the row is nowhere but in its draft.
      if (draft === null) await this.#putDraft(id, sent)
      await this.#client.delete(id)
    }
    const handle = await this.#client.enqueue(task, sent.params, {
      id,
      ...(at === null ? {} : { at }),
      ...(priority === null ? {} : { priority }),
      ...(others === null ? {} : { headers: { [MESSAGE_HEADER]: others } }),
    })
    if (draft !== null || (job !== null && isDone(job))) await this.#client.delete(draftId(id))
    return handle
  }

  async #read(id: string): Promise<{ readonly draft: Draft | null; readonly job: JobView | null }> {
    const [put, job] = await Promise.all([this.#client.get(draftId(id)), this.#client.get(id)])
    return { draft: put === null ? null : (put.payload as Draft), job }
  }

  /** The last one put counts, as in a table. */
  async #putDraft(id: string, draft: Draft): Promise<void> {
    const options = { id: draftId(id), at: NEVER }
    const { status } = await this.#client.enqueue(draftTask, draft, options)
    if (status === 'inserted') return
    await this.#client.delete(options.id)
    await this.#client.enqueue(draftTask, draft, options)
  }

  #typeOf(type: string): AnyTask {
    const found = this.#find(type)
    if (found === null) throw new UnknownTaskType(type)
    return found ?? task<unknown>(type)
  }
}

function readRow(row: NewRow): { readonly id: string; readonly draft: Draft } {
  if (typeof row !== 'object' || row === null) {
    throw new TypeError(`put: expected { id, completed, type, params }, got ${row === null ? 'null' : typeof row}`)
  }
  checkOptionNames('put', row, ROW_NAMES)
  const id = rowId(row.id, 'row id')
  if (id.length > KEY_LENGTH_MAX - DRAFT_PREFIX.length) {
    throw new TypeError(`row id: expected at most ${KEY_LENGTH_MAX - DRAFT_PREFIX.length} characters, got ${id.length}`)
  }
  const { completed = false, type, params = {} } = row as { completed?: unknown; type: unknown; params?: unknown }
  if (completed !== false) throw new TypeError(`put: completed: expected false, got ${JSON.stringify(completed)}`)
  checkName('task', type)
  if (typeof params !== 'object' || params === null || Array.isArray(params)) {
    throw new TypeError(`put: params: expected an object, got ${params === null ? 'null' : typeof params}`)
  }
  return { id, draft: { type, params } }
}

/** What a message is about that finds no draft: a row on its way, or one that failed and is to be run again. */
function draftOf(id: string, job: JobView | null): Draft {
  if (job === null) throw new UnknownTaskId(id)
  const row = viewRow(job)
  if (row.completed) throw new CompletedTaskInQueue(row)
  return { type: row.type, params: row.params }
}

function viewRow(job: JobView): RowView {
  const { id, task: type, state, dueAt, tries: attempts, error } = job
  const completed = state === 'completed'
  const params = (completed ? paramsOf(job.result) : undefined) ?? job.payload ?? {}
  return { id, completed, type, params, state, targetTimestamp: dueAt?.getTime() ?? null, attempts, error }
}

/** The params that the last iteration left, of a job that a runner has completed. */
function paramsOf(result: unknown): unknown {
  return typeof result === 'object' && result !== null && 'params' in result ? result.params : undefined
}

function isDone({ state }: JobView): boolean {
  return state !== 'scheduled' && state !== 'retrying' && isFinished(state)
}

function draftId(id: string): string {
  return DRAFT_PREFIX + id
}

function busy(id: string): RotaError {
  const message = `row ${JSON.stringify(id)} is on its way; wait until it is done, or cancel it, before it is put again`
  return new RotaError('BUSY', message, { facts: { id } })
}
