/** What a consumer of batches returns when some of its messages have failed: the form that Lambda knows for SQS. */
export interface BatchReport {
  readonly batchItemFailures: readonly {
    /** The id of a message, or its place in the list, from 0. */
    readonly itemIdentifier: string | number
    /** Why it failed, for people. */
    readonly error?: string
  }[]
}
