import type { LogConfig } from '../../config/app-config.js'
import { derivedContext } from '../../handlers/derived-context.js'
import type { HandlerContext, JobLog } from '../../model/handler-context.js'

const RANKS = { trace: 0, debug: 1, info: 2, warn: 3, error: 4, fatal: 5 } as const

/** Hears warnings and errors that a function logs. */
export type HearLine = (level: 'warn' | 'error', message: string) => void

/** The same context with a log that keeps what the config of the function wants kept. */
export function withFunctionLog(context: HandlerContext, config: LogConfig, hear: HearLine): HandlerContext {
  return derivedContext(context, { log: functionLog(context.log, config, hear) })
}

function functionLog(log: JobLog, { level: least, retentionMs }: LogConfig, hear: HearLine): JobLog {
  const keeps = (level: keyof JobLog): boolean => retentionMs > 0 && RANKS[level] >= RANKS[least ?? 'trace']
  const write =
    (level: keyof JobLog) =>
    (message: string): void => {
      if (keeps(level)) log[level](message)
      if (level === 'warn' || level === 'error') hear(level, message)
    }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}
