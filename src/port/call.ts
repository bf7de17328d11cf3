/**
 * What every call of the port takes beside its own parameters.
 *
 * Law 10: a call that is aborted has full effect or none, and rejects with `signal.reason`. Every call also has a
 * deadline of the backend's own, so that no caller waits for ever on a dead connection.
 */
export interface Call {
  readonly signal?: AbortSignal | undefined
}
