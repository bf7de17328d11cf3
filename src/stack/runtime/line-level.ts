/** How bad a line is. */
export type LineLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'

export const RANKS: Readonly<Record<LineLevel, number>> = { trace: 0, debug: 1, info: 2, warn: 3, error: 4, fatal: 5 }

/** The numbers of pino and bunyan, from the least on. */
const NUMBERS: readonly (readonly [from: number, level: LineLevel])[] = [
  [60, 'fatal'],
  [50, 'error'],
  [40, 'warn'],
  [30, 'info'],
  [20, 'debug'],
  [10, 'trace'],
]

/** The level that a line names itself, as lines of loggers do: a JSON object with a `level`. null: it names none. */
export function levelOfLine(line: string): LineLevel | null {
  // Most lines are no objects, and a parser would be told so by throwing.
  if (!line.startsWith('{') || !line.includes('"level"')) return null
  const level = parsedLevel(line)
  if (typeof level === 'number') return NUMBERS.find(([from]) => level >= from)?.[1] ?? null
  if (typeof level !== 'string') return null
  const name = level.toLowerCase() === 'warning' ? 'warn' : level.toLowerCase()
  return Object.hasOwn(RANKS, name) ? (name as LineLevel) : null
}

function parsedLevel(line: string): unknown {
  try {
    return (JSON.parse(line) as { readonly level?: unknown }).level
  } catch {
    return null
  }
}
