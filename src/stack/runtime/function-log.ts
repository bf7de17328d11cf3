import type { LogConfig } from '../../config/app-config.js'
import { derivedContext } from '../../handlers/derived-context.js'
import type { HandlerContext, JobLog } from '../../model/handler-context.js'
import type { DurationMs } from '../../model/units.js'
import { levelOfLine, type LineLevel, RANKS } from './line-level.js'

/** Hears warnings and errors that a function logs. */
export type HearLine = (level: 'warn' | 'error', message: string) => void

/** What a job keeps of lines that are worse or less than its log can say. */
const KEPT_AS: Readonly<Record<LineLevel, keyof JobLog>> = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  error: 'error',
  fatal: 'error',
}

/** The same context with a log that keeps what the config of the function wants kept. */
export function withFunctionLog(context: HandlerContext, config: LogConfig, hear: HearLine): HandlerContext {
  return derivedContext(context, { log: functionLog(context.log, config, hear) })
}

function functionLog(log: JobLog, { format, level: least, retentionMs }: LogConfig, hear: HearLine): JobLog {
  const keeps = (level: LineLevel): boolean => retentionMs > 0 && RANKS[level] >= RANKS[least ?? 'trace']
  const write =
    (given: keyof JobLog) =>
    (message: string): void => {
      const level = (format === 'json' ? levelOfLine(message) : null) ?? given
      const kept = KEPT_AS[level]
      if (keeps(level)) log[kept](message)
      if (kept === 'warn' || kept === 'error') hear(kept, message)
    }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}

/** What rota itself says of the attempts of a function, into the logs of their jobs. */
export interface SystemLog {
  started(): void
  ended(tookMs: DurationMs): void
  failed(tookMs: DurationMs, error: unknown): void
}

/** Says as little as the config wants: that an attempt starts at `debug`, how it ended at `info`. Warnings are said where they arise. */
export function systemLog({ job, log }: HandlerContext, { retentionMs, system }: LogConfig): SystemLog {
  const say = (level: 'debug' | 'info', message: () => string): void => {
    if (retentionMs > 0 && RANKS[level] >= RANKS[system]) log[level](message())
  }
  return {
    started: () => say('debug', () => `attempt ${job.attempt} of ${job.maxTries} starts`),
    ended: (tookMs) => say('info', () => `attempt ${job.attempt} of ${job.maxTries} ended after ${lengthText(tookMs)}`),
    failed: (tookMs, error) => {
      const name = error instanceof Error ? error.name : typeof error
      say('info', () => `attempt ${job.attempt} of ${job.maxTries} failed after ${lengthText(tookMs)}: ${name}`)
    },
  }
}

function lengthText(ms: DurationMs): string {
  return `${Math.round(ms)} ms`
}
