import { relative } from 'node:path'
import { RotaError } from '../model/errors.js'
import type { ConfigPath, ConfigSource, Place } from './source.js'

/** Problems that an error tells: a file full of other things has thousands. */
const TOLD_MAX = 100

/** As much of a key or a value as a message shows. */
const SHOWN_LENGTH_MAX = 60

/** One thing that is wrong with a config file. */
export interface ConfigProblem extends Place {
  /** Absolute. */
  readonly file: string
  /** `stacks.orders.tasks.processOrder.timeout`; empty for the file as a whole. */
  readonly path: string
  /** What was expected, and what was given. */
  readonly reason: string
}

/** Gathers everything that is wrong, so that it is told at once. */
export class Problems {
  readonly #all: ConfigProblem[] = []
  /** The same mistake is told once, however many rules it breaks. */
  readonly #lines = new Set<string>()

  /** Notes what is wrong with a value, or with the key before it. */
  tell(source: ConfigSource, path: ConfigPath, reason: string, part: 'key' | 'value' = 'value'): void {
    this.add({ file: source.file, ...source.placeOf(path, part), path: shownPath(path), reason })
  }

  add(problem: ConfigProblem): void {
    const line = problemLine(problem, '')
    if (this.#lines.has(line)) return
    this.#lines.add(line)
    this.#all.push(problem)
  }

  get count(): number {
    return this.#all.length
  }

  /** `CONFIG_INVALID` that tells all of them, in the order in which somebody reads the files, the one at the root first. */
  invalid({ file, folder }: { readonly file: string; readonly folder: string }): RotaError {
    const files = [...new Set([file, ...this.#all.map((problem) => problem.file)])]
    const rank = (problem: ConfigProblem): number => files.indexOf(problem.file)
    const inOrder = this.#all.toSorted(
      (a, b) => rank(a) - rank(b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
    )
    return configInvalid({ file, folder }, inOrder)
  }
}

/** `CONFIG_INVALID`: one line for each problem, which begins with its place; the first 100 of them, and how many there are. */
export function configInvalid(
  { file, folder }: { readonly file: string; readonly folder: string },
  problems: readonly ConfigProblem[],
): RotaError {
  const told = problems.slice(0, TOLD_MAX)
  const count = problems.length === 1 ? '1 mistake' : `${problems.length} mistakes`
  const lines = told.map((problem) => `  ${problemLine(problem, folder)}`)
  if (problems.length > told.length) lines.push(`  and ${problems.length - told.length} more`)
  const message = [`${relative(folder, file)}: ${count}`, ...lines].join('\n')
  return new RotaError('CONFIG_INVALID', message, { facts: { file, problems: told, count: problems.length } })
}

/** `rota.json:3:5: stacks.orders: expected ..., got ...`, with the file as it is called from `folder`. */
export function problemLine({ file, line, column, path, reason }: ConfigProblem, folder: string): string {
  const place = [relative(folder, file) || file, line, column].filter((part) => part !== null).join(':')
  return [place, path, reason].filter((part) => part !== '').join(': ')
}

/** A path as a program would write it: `stacks.orders["my key"][0]`. */
export function shownPath(path: ConfigPath): string {
  return path.map((key, at) => step(key, at === 0)).join('')
}

function step(key: string | number, isFirst: boolean): string {
  if (typeof key === 'number') return `[${key}]`
  if (!/^[\w$-]+$/.test(key)) return `[${JSON.stringify(cut(key))}]`
  return isFirst ? cut(key) : `.${cut(key)}`
}

/** What was given, short enough for a message; of what may be a secret, only what kind of thing it is. */
export function describeGiven(value: unknown, path: ConfigPath): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object') return 'an object'
  const isShown = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  if (!isShown) return `a ${typeof value}`
  return maybeSecret(path)
    ? `a ${typeof value}, which is not shown`
    : JSON.stringify(typeof value === 'string' ? cut(value) : value)
}

/** Variables are where secrets are put, and URLs hold passwords. */
function maybeSecret(path: ConfigPath): boolean {
  return path.includes('environment') || path[0] === 'url' || path[0] === 'contexts'
}

function cut(text: string): string {
  return text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}...` : text
}
