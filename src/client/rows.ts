import type { JobHandle } from './job-handle.js'
import type { BatchReply, RowLog } from './row-batch.js'
import type { FindType, NewRow, RowClient, RowDesk, RowView } from './row-desk.js'
import type { RowMessage } from './row-message.js'

/** What rows need of the program that they belong to. */
export interface RowsParts {
  readonly client: RowClient
  readonly find: FindType
  readonly log: RowLog | undefined
}

/** Jobs as rows of a table and messages about them, as serverless-task-scheduler has them: put a row, then send a message for it. */
export class Rows {
  readonly #parts: RowsParts

  constructor(parts: RowsParts) {
    this.#parts = parts
  }

  /**
   * Puts a row on record; nothing runs it before a message is sent. Putting an id again replaces a row that was not sent or is
   * done, and rejects with `BUSY` while it is on its way. A number as an id becomes text.
   * Rejects with `UnknownTaskType` where this program has runners and none of that type.
   */
  async put(row: NewRow): Promise<void> {
    return (await this.#desk()).put(row)
  }

  /** The row as it is now; null when there is none, or when its job is gone: a completed one stays for a day. */
  async get(id: string | number): Promise<RowView | null> {
    return (await this.#desk()).get(id)
  }

  /**
   * Says that a row is to be run at its `targetTimestamp`, or now. A row is on its way once: a message that comes while it
   * is changes nothing, and the handle says `duplicate`. One that failed is run again.
   * Rejects with `UnknownTaskId`, `UnknownTaskType` and `CompletedTaskInQueue`.
   */
  async send(message: RowMessage): Promise<JobHandle> {
    return (await this.#desk()).send(message)
  }

  /**
   * Sends the messages of an SQS batch, one after the other, and answers as Lambda wants it. Messages that are refused are logged
   * and have to come again, until their queue gives them up; one for a completed row is only logged.
   */
  async receive(event: unknown): Promise<BatchReply> {
    const [desk, { receiveBatch }] = await Promise.all([this.#desk(), import('./row-batch.js')])
    return receiveBatch(event, desk, this.#parts.log)
  }

  /** Loaded at its first use: most programs have no rows. */
  async #desk(): Promise<RowDesk> {
    const { RowDesk } = await import('./row-desk.js')
    return new RowDesk(this.#parts.client, this.#parts.find)
  }
}
