import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { AnyTask } from '../model/task-definition.js'
import { FailedError } from './exit.js'

/** Tasks of the modules named on the command line, each once. */
export interface LoadedTasks {
  /** With a handler: this process can run them. */
  readonly runnable: readonly AnyTask[]
  /** Without: their handler is in another program. */
  readonly declared: readonly AnyTask[]
}

/**
 * Imports ES modules and takes the tasks that they export: every export that is a task, and those in an array or object
 * that is exported. Two different tasks of one name are refused.
 */
export async function loadTasks(paths: readonly string[]): Promise<LoadedTasks> {
  const found = new Map<string, AnyTask>()
  for (const path of paths) {
    const tasks = tasksIn(await importModule(path))
    if (tasks.length === 0) throw new FailedError(`${path} exports no task; export what task('name', ...) returns`)
    for (const task of tasks) {
      const known = found.get(task.name)
      if (known !== undefined && known !== task) {
        throw new FailedError(
          `${path} exports a second task of the name ${task.name}; names are how jobs find their task`,
        )
      }
      found.set(task.name, task)
    }
  }
  const all = [...found.values()]
  return { runnable: all.filter(({ run }) => run !== null), declared: all.filter(({ run }) => run === null) }
}

/** Imports a module that somebody named; whatever is wrong with it is told in one sentence. */
export async function importModule(path: string): Promise<object> {
  const file = resolve(path)
  if (!existsSync(file)) throw new FailedError(`cannot load ${path}: there is no such file`)
  try {
    return (await import(pathToFileURL(file).href)) as object
  } catch (cause) {
    if (isUncompiled(cause)) {
      throw new FailedError(`cannot load ${path}: compile TypeScript first, or name the compiled file`, { cause })
    }
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    const hint = /\.[cm]?tsx?$/.test(path) ? ' (compile TypeScript first, or name the compiled file)' : ''
    throw new FailedError(`cannot load ${path}${hint}: ${reason}`, { cause })
  }
}

/** This Node takes no TypeScript at all, so whatever else is wrong with the file is not known yet. */
function isUncompiled(cause: unknown): boolean {
  if (!(cause instanceof Error) || !('code' in cause)) return false
  return cause.code === 'ERR_UNKNOWN_FILE_EXTENSION' && /"\.[cm]?tsx?"/.test(cause.message)
}

/** One level deep: exports, and what an exported array or object holds. */
function tasksIn(module: object): readonly AnyTask[] {
  const tasks = new Set<AnyTask>()
  for (const value of Object.values(module) as unknown[]) {
    if (isTask(value)) tasks.add(value)
    else if (typeof value === 'object' && value !== null) {
      for (const inner of Object.values(value) as unknown[]) if (isTask(inner)) tasks.add(inner)
    }
  }
  return [...tasks]
}

/** Told by its shape: the module may have been built with another copy of rota. */
function isTask(value: unknown): value is AnyTask {
  if (typeof value !== 'object' || value === null) return false
  const { name, policy, handle, run } = value as Partial<Record<keyof AnyTask, unknown>>
  const isRunnable = run === null || typeof run === 'function'
  return typeof name === 'string' && typeof policy === 'object' && typeof handle === 'function' && isRunnable
}
