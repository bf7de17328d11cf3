/** Names, on jobs that were started while an error was told to the on-error-log function, the job that it came from. */
export const ERROR_LOG_HEADER = 'rota-error-log-of'
