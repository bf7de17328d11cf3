import { RotaError } from '../model/errors.js'
import type { Row } from '../model/row.js'

/** A message names a row that nobody has put, or that is gone. */
export class UnknownTaskId extends RotaError {
  readonly taskId: string

  constructor(taskId: string) {
    super('JOB_UNKNOWN', `no row has the id ${JSON.stringify(taskId)}; put it before the message is sent`, {
      facts: { taskId },
    })
    this.taskId = taskId
  }
}

/** A message names a row that is done. */
export class CompletedTaskInQueue extends RotaError {
  /** The row as it is on record. */
  readonly ddbTask: Row

  constructor(row: Row) {
    super('JOB_COMPLETED', `row ${JSON.stringify(row.id)} is completed; put it again to run it again`, {
      facts: { taskId: row.id, type: row.type },
    })
    this.ddbTask = row
  }
}

/** No runner of this program has the type of a row. */
export class UnknownTaskType extends RotaError {
  readonly taskType: string

  constructor(taskType: string) {
    const message = `no runner has the type ${JSON.stringify(taskType)}; register it, or declare it with rota.add(task(name)) when another program runs it`
    super('TASK_UNKNOWN', message, { facts: { taskType } })
    this.taskType = taskType
  }
}
