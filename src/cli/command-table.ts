import type { CliCommand } from './define-command.js'

/** A command before its file is loaded: what the help of its parent shows, and where it is. */
export interface CommandEntry {
  readonly name: string
  readonly summary: string
  load(): Promise<{ readonly command: CliCommand }>
}

/** Commands that share a noun. */
export interface CommandGroup {
  readonly name: string
  readonly summary: string
  readonly description: string
  readonly commands: readonly CommandEntry[]
}

const task: CommandGroup = {
  name: 'task',
  summary: 'add, inspect and change jobs',
  description: 'Adds, inspects and changes jobs: units of work that a task has been given.',
  commands: [
    { name: 'add', summary: 'enqueue a job', load: () => import('./commands/task-add.js') },
    { name: 'list', summary: 'list jobs', load: () => import('./commands/task-list.js') },
    { name: 'view', summary: 'show all that is known about one job', load: () => import('./commands/task-view.js') },
    { name: 'retry', summary: 'make jobs pending again', load: () => import('./commands/task-retry.js') },
    { name: 'cancel', summary: 'call jobs off, also running ones', load: () => import('./commands/task-cancel.js') },
    { name: 'delete', summary: 'remove jobs that are not running', load: () => import('./commands/task-delete.js') },
    { name: 'watch', summary: 'show changes of jobs as they happen', load: () => import('./commands/task-watch.js') },
    { name: 'purge', summary: 'remove all jobs in a state', load: () => import('./commands/task-purge.js') },
  ],
}

const queue: CommandGroup = {
  name: 'queue',
  summary: 'inspect and change queues',
  description: 'Inspects and changes queues: what jobs wait in until a worker takes them.',
  commands: [
    { name: 'list', summary: 'list queues with their figures', load: () => import('./commands/queue-list.js') },
    { name: 'view', summary: 'show one queue', load: () => import('./commands/queue-view.js') },
    { name: 'add', summary: 'create a queue or change its settings', load: () => import('./commands/queue-add.js') },
    { name: 'pause', summary: 'let no job of a queue start', load: () => import('./commands/queue-pause.js') },
    { name: 'resume', summary: 'let jobs of a queue start again', load: () => import('./commands/queue-resume.js') },
    { name: 'purge', summary: 'remove the waiting jobs of a queue', load: () => import('./commands/queue-purge.js') },
    { name: 'delete', summary: 'forget an empty queue', load: () => import('./commands/queue-delete.js') },
  ],
}

/** Every command of `rota`, in the order in which help shows them. */
export const COMMANDS: readonly (CommandEntry | CommandGroup)[] = [
  { name: 'work', summary: 'run jobs until told to stop', load: () => import('./commands/work.js') },
  { name: 'scheduler', summary: 'turn due schedules into jobs', load: () => import('./commands/scheduler.js') },
  task,
  queue,
  { name: 'info', summary: 'show the store, its counts, its workers', load: () => import('./commands/info.js') },
]
