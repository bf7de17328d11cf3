import { RotaError } from '../model/errors.js'
import type { RowDesk } from './row-desk.js'

/** Hears of messages that were refused. */
export interface RowLog {
  warn(facts: object, message: string): void
}

/** What is told about a batch of messages: which of them have to come again. */
export interface BatchReply {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[]
}

/** Sends the messages of an SQS batch; see `Rows.receive`. */
export async function receiveBatch(
  event: unknown,
  desk: Pick<RowDesk, 'send'>,
  log: RowLog | undefined,
): Promise<BatchReply> {
  const failures: { itemIdentifier: string }[] = []
  for (const record of recordsOf(event)) {
    const { messageId = '', body } = (record ?? {}) as { readonly messageId?: string; readonly body?: unknown }
    try {
      await desk.send(parse(body))
    } catch (error) {
      log?.warn({ messageId, error }, 'rows: a message was refused')
      const isDone = RotaError.is(error) && error.code === 'JOB_COMPLETED'
      if (!isDone) failures.push({ itemIdentifier: messageId })
    }
  }
  return { batchItemFailures: failures }
}

function recordsOf(event: unknown): readonly unknown[] {
  const records = typeof event === 'object' && event !== null && 'Records' in event ? event.Records : undefined
  if (Array.isArray(records)) return records as readonly unknown[]
  throw new RotaError('EVENT_INVALID', 'malformed event: Records: expected a list of messages, got none')
}

/** The native error quotes the text, and a message must not leak into logs. */
function parse(body: unknown): unknown {
  try {
    return JSON.parse(String(body))
  } catch {
    throw new TypeError('send: expected { taskId, targetTimestamp, priority } as JSON, got other text')
  }
}
