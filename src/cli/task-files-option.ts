import { statSync } from 'node:fs'
import type { Command } from 'commander'
import type { TaskFilesSettings } from '../app/task-files.js'
import { nameArgument } from './arguments.js'
import { UsageError } from './exit.js'

/** What a command line says about task files. */
export interface TaskFilesOptions {
  readonly tasks?: string
  readonly app?: string
}

/** Declares the options of a service that makes schedules of task files; their values fit `TaskFilesOptions`. */
export function declareTaskFilesOptions(command: Command): Command {
  return command
    .option('--tasks <dir>', 'first make the schedules of the app what the *.json files of this directory say')
    .option(
      '--app <name>',
      'the app whose schedules they are, APP_FILE (default: the package or folder worked in)',
      nameArgument('schedule'),
    )
}

/** Which task files are to be read; null when none are. */
export function taskFilesOf({ tasks, app }: TaskFilesOptions): TaskFilesSettings | null {
  if (tasks === '') throw new UsageError('--tasks: expected the path of a directory, got nothing')
  if (tasks !== undefined && statSync(tasks, { throwIfNoEntry: false })?.isFile() === true) {
    throw new UsageError(
      `--tasks: expected a directory of *.json files, got the file ${tasks}; modules go without --tasks`,
    )
  }
  if (tasks !== undefined) return { directory: tasks, app }
  if (app !== undefined) throw new UsageError('--app: expected --tasks too')
  return null
}
