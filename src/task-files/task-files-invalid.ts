import { RotaError } from '../model/errors.js'
import type { ContentProblem } from './task-file.js'

/** What is wrong with one file of a tasks directory. */
export interface TaskFileProblem extends ContentProblem {
  readonly file: string
}

/** Problems that an error tells: a directory full of other things has thousands. */
const TOLD_MAX = 50

/** As much of the name of a file or of a key as an error shows. */
const NAME_LENGTH_MAX = 80

/** `TASK_FILES_INVALID`: names each file and field that is wrong, the first 50 of them. */
export function taskFilesInvalid(
  directory: string,
  problems: readonly TaskFileProblem[],
  cause?: RotaError,
): RotaError {
  const told = problems.slice(0, TOLD_MAX)
  const more = problems.length > told.length ? `; and ${problems.length - told.length} more` : ''
  const message = `tasks directory ${JSON.stringify(directory)}: ${told.map(sentence).join('; ')}${more}`
  const facts = { directory, problems: told }
  return new RotaError('TASK_FILES_INVALID', message, cause === undefined ? { facts } : { facts, cause })
}

/** `TASK_FILES_INVALID`: the directory cannot be read at all. */
export function directoryUnreadable(directory: string, cause: unknown): RotaError {
  const message = `tasks directory ${JSON.stringify(directory)}: expected a folder that can be read, got ${textOf(cause)}`
  return new RotaError('TASK_FILES_INVALID', message, { facts: { directory, problems: [] }, cause })
}

/** What the operating system said. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function sentence({ file, field, reason }: TaskFileProblem): string {
  return field === null ? `${shown(file)}: ${reason}` : `${shown(file)}: ${shown(field)}: ${reason}`
}

/** Names of files and keys are anybody's: what could be taken for words of ours stands in quotes. */
function shown(name: string): string {
  const cut = name.length > NAME_LENGTH_MAX ? `${name.slice(0, NAME_LENGTH_MAX)}...` : name
  return /^[\w@.+-]+$/.test(cut) ? cut : JSON.stringify(cut)
}
