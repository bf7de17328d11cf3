import { dirname, join } from 'node:path'
import { appNameOf } from '../config/app-name.js'
import { tasksDirIn } from '../config/find-files.js'
import { readJsonc } from '../config/jsonc-source.js'
import { type ConfigProblem, Problems } from '../config/problems.js'
import { RotaError } from '../model/errors.js'
import { readTaskFiles } from '../task-files/read-task-files.js'
import type { TaskFileProblem } from '../task-files/task-files-invalid.js'

/** Judges the schedules by file beside a config as `rota scheduler --tasks` does, and adds where in its file each mistake stands. */
export async function checkTaskFiles(
  root: string,
  app: string | null,
  signal: AbortSignal,
): Promise<{ readonly count: number; readonly problems: readonly ConfigProblem[] }> {
  const folder = dirname(root)
  const directory = await tasksDirIn(folder)
  if (directory === null) return { count: 0, problems: [] }
  try {
    const files = await readTaskFiles({ directory, app: app ?? (await appNameOf(folder)), signal })
    return { count: files.length, problems: [] }
  } catch (error) {
    if (!RotaError.is(error) || error.code !== 'TASK_FILES_INVALID') throw error
    const found = error.facts['problems'] as readonly TaskFileProblem[]
    // Without a file there is nothing to list: the folder or the package.json beside it cannot be read.
    if (found.length === 0) throw error
    return { count: 0, problems: await Promise.all(found.map((problem) => placed(directory, problem))) }
  }
}

async function placed(directory: string, { file, field, reason }: TaskFileProblem): Promise<ConfigProblem> {
  const path = join(directory, file)
  const source = await readJsonc(path, new Problems())
  const place = source?.placeOf(field === null ? [] : field.split('.'), 'key') ?? { line: null, column: null }
  return { file: path, ...place, path: field ?? '', reason }
}
