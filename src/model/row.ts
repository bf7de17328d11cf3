/** What a row carries from one iteration to the next. */
export type RowParams = object

/** A unit of work as serverless-task-scheduler writes it: a job seen as one row of a table. */
export interface Row<Params extends RowParams = RowParams> {
  /** The id of its job. */
  readonly id: string
  readonly completed: boolean
  /** The name of its task. */
  readonly type: string
  readonly params: Params
}

/** The result of a job that a runner has completed. */
export interface RowResult<Params extends RowParams = RowParams> {
  readonly completed: true
  /** The params as the last iteration left them. */
  readonly params: Params
}
