import type { EpochMs } from '../model/units.js'
import { tellsAlready } from './error-summary.js'
import { redactSecrets } from './redact.js'
import { formatTimeOfDay } from './render/instant.js'
import type { Style, Text } from './render/text.js'

export type LogLevel = 'info' | 'warn' | 'error'

const STYLES: Readonly<Record<LogLevel, Style>> = { info: 'cyan', warn: 'yellow', error: 'red' }

/** Facts are flattened this deep: `job` of a worker's event and `cause` of an error are shown, a graph is not. */
const DEPTH_MAX = 3

/** A line of a log for people: `INFO[19:21:29] worker: failed task=invoice:send error="Error: boom"`. */
export function logLine(level: LogLevel, at: EpochMs, facts: object, message: string): readonly Text[] {
  const shown = Object.entries(flatFacts(facts)).map(([name, value]) => ` ${name}=${quoted(String(value))}`)
  const head = { text: `${level.toUpperCase()}[${formatTimeOfDay(at)}]`, style: STYLES[level] }
  return [head, ` ${redactSecrets(message)}`, { text: shown.join(''), style: 'dim' }]
}

/** Facts on one level, so that a line of text and a line of JSON have the same names. Secrets are taken out. */
export function flatFacts(facts: object): Readonly<Record<string, string | number | boolean>> {
  return Object.fromEntries(flatten(facts, 0))
}

type FlatValue = string | number | boolean

/** What is null or undefined is left out. */
function flatten(facts: object, depth: number): [name: string, value: FlatValue][] {
  return Object.entries(facts).flatMap(([name, value]: [string, unknown]): [string, FlatValue][] => {
    if (value === null || value === undefined) return []
    if (typeof value === 'number' || typeof value === 'boolean') return [[name, value]]
    if (value instanceof Error) return [[name, redactSecrets(errorText(value, 0))]]
    if (Array.isArray(value)) return [[name, redactSecrets(value.map(String).join(','))]]
    if (typeof value === 'object') return depth < DEPTH_MAX ? flatten(value, depth + 1) : []
    return typeof value === 'string' ? [[name, redactSecrets(value)]] : []
  })
}

function errorText(error: Error, depth: number): string {
  const own = `${error.name}: ${error.message}`
  if (!(error.cause instanceof Error) || depth >= DEPTH_MAX || tellsAlready(error, error.cause)) return own
  return `${own}, because ${errorText(error.cause, depth + 1)}`
}

/** Quoted where a reader could not tell where it ends. */
function quoted(text: string): string {
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text)
}
