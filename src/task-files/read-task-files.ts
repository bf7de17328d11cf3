import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { nameProblem } from '../model/names.js'
import { readTaskFile, type ReadContent, type TaskFileContent } from './task-file.js'
import { directoryUnreadable, taskFilesInvalid, textOf, type TaskFileProblem } from './task-files-invalid.js'

/** Four times what a payload may take: a larger file is no task file. */
const FILE_BYTES_MAX = 1_048_576

const EXTENSION = /\.json$/i

/** Which files are read, and what their schedules are called. */
export interface TaskFilesSource {
  readonly directory: string
  /** What the names of the schedules begin with. */
  readonly app: string
  readonly signal?: AbortSignal | undefined
}

/** One file of a tasks directory, found to be right. */
export interface TaskFile extends TaskFileContent {
  /** Its name in the directory, such as `cleanup.json`. */
  readonly file: string
  /** The name of its schedule: `<app>_<file>` in lower case, without `.json`. */
  readonly schedule: string
}

/**
 * Reads every `*.json` of a directory, in any case of letters, in the order of their names; folders, and names that begin with a
 * dot, are left alone. Rejects with `TASK_FILES_INVALID` that tells everything that is wrong with any of them.
 */
export async function readTaskFiles({ directory, app, signal }: TaskFilesSource): Promise<readonly TaskFile[]> {
  const files: TaskFile[] = []
  const problems: TaskFileProblem[] = []
  const fileOf = new Map<string, string>()
  for (const file of await namesIn(directory)) {
    signal?.throwIfAborted()
    const read = await readContent(join(directory, file), signal)
    if (read === null) continue
    const schedule = `${app}_${file.replace(EXTENSION, '')}`.toLowerCase()
    const reason = nameReason(schedule, fileOf.get(schedule))
    fileOf.set(schedule, file)
    if (reason !== null) problems.push({ file, field: null, reason })
    problems.push(...read.problems.map((problem) => ({ file, ...problem })))
    if (read.content !== null) files.push({ file, schedule, ...read.content })
  }
  if (problems.length > 0) throw taskFilesInvalid(directory, problems)
  return files
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    const names = await readdir(directory)
    return names.filter((name) => EXTENSION.test(name) && !name.startsWith('.')).sort()
  } catch (error) {
    throw directoryUnreadable(directory, error)
  }
}

/** null for what is no file: folders, and pipes that would keep a reader waiting. Links are followed: that is how Kubernetes mounts files. */
async function readContent(path: string, signal: AbortSignal | undefined): Promise<ReadContent | null> {
  try {
    const entry = await stat(path)
    if (!entry.isFile()) return null
    if (entry.size > FILE_BYTES_MAX) return unread(`expected at most ${FILE_BYTES_MAX} bytes, got ${entry.size}`)
    return readTaskFile(await readFile(path, { signal }))
  } catch (error) {
    signal?.throwIfAborted()
    return unread(`expected a file that can be read, got ${textOf(error)}`)
  }
}

function unread(reason: string): ReadContent {
  return { content: null, problems: [{ field: null, reason }] }
}

function nameReason(schedule: string, other: string | undefined): string | null {
  if (other !== undefined) return `expected a schedule of its own, got "${schedule}", which is that of ${other} too`
  const problem = nameProblem('schedule', schedule)
  return problem === null ? null : `its schedule would be "${schedule}": ${problem}`
}
