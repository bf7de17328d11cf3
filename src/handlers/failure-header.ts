/** Names, on jobs that were started while a failure was handled, the job that had failed. */
export const FAILURE_HEADER = 'rota-failure-of'
