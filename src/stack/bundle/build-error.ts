import { type EsbuildMessage, esbuildMessages } from '../../config/esbuild.js'
import { RotaError } from '../../model/errors.js'

/** Mistakes that are told; esbuild itself shows six. */
const PROBLEMS_MAX = 6

/** One mistake and its place, from 1. */
export interface BuildProblem {
  /** From the folder of the app. */
  readonly file: string | null
  readonly line: number | null
  readonly column: number | null
  readonly text: string
}

/** The error of a task that cannot be bundled: names the task, and each mistake with file, line and column. */
export function buildError(task: string, error: unknown): RotaError {
  const problems = esbuildMessages(error).slice(0, PROBLEMS_MAX).map(toProblem)
  return bundleFailed(task, problems, String(error))
}

/** The same for mistakes that esbuild does not see. */
export function bundleFailed(
  task: string,
  problems: readonly BuildProblem[],
  otherwise = 'no reason given',
): RotaError {
  const told = problems.length === 0 ? otherwise : problems.map(describe).join('\n  ')
  return new RotaError('BUNDLE_FAILED', `task "${task}" cannot be bundled: ${told}`, { facts: { task, problems } })
}

function toProblem({ text, location }: EsbuildMessage): BuildProblem {
  const said = text.includes('No loader is configured for ".node"')
    ? `${text}; name the package that it belongs to in "external"`
    : text
  if (location === null) return { file: null, line: null, column: null, text: said }
  return { file: location.file, line: location.line, column: location.column + 1, text: said }
}

function describe({ file, line, column, text }: BuildProblem): string {
  if (file === null) return text
  return line === null ? `${file}: ${text}` : `${file}:${String(line)}:${String(column)}: ${text}`
}
