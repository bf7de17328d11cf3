import { existsSync, statSync } from 'node:fs'
import { isTasker, type Tasker } from '../tasker/tasker.js'
import { FailedError, UsageError } from './exit.js'
import { importModule } from './load-tasks.js'

/** Where a Tasker is looked for when nobody says where. */
const USUAL_MODULES = ['tasker', 'tasks'].flatMap((name) =>
  ['', 'dist/'].flatMap((folder) => ['.js', '.mjs'].map((ending) => `${folder}${name}${ending}`)),
)

/** The one Tasker that a module exports, under whatever name. */
export async function loadTasker(given: string | undefined): Promise<Tasker<unknown>> {
  const path = given ?? USUAL_MODULES.find((usual) => existsSync(usual))
  if (path === undefined) {
    throw new UsageError(`expected --tasks MODULE, or one of ${USUAL_MODULES.join(', ')} here, got none`)
  }
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new UsageError(`--tasks: expected a module that exports a Tasker, got the directory ${path}`)
  }
  const exported = Object.values(await importModule(path)) as unknown[]
  const [tasker, ...others] = new Set(exported.filter(isTasker))
  if (tasker === undefined) throw new FailedError(`${path} exports no Tasker; export what new Tasker() returns`)
  if (others.length > 0) throw new FailedError(`${path} exports ${others.length + 1} Taskers; export the one to run`)
  return tasker
}
