import type { CliCommand } from './define-command.js'

/** A command before its file is loaded: what the help of its parent shows, and where it is. */
export interface CommandEntry {
  readonly name: string
  readonly summary: string
  load(): Promise<{ readonly command: CliCommand }>
}

/** Commands that share a noun; a noun may have nouns of its own. */
export interface CommandGroup {
  readonly name: string
  readonly summary: string
  readonly description: string
  readonly commands: readonly CommandNode[]
}

export type CommandNode = CommandEntry | CommandGroup

const scheduler: CommandEntry = {
  name: 'scheduler',
  summary: 'turn due schedules into jobs',
  load: () => import('./commands/scheduler.js'),
}

const cron: CommandGroup = {
  name: 'cron',
  summary: 'make, inspect and change schedules',
  description: 'Makes, inspects and changes schedules: what has a task do its work again and again.',
  commands: [
    { name: 'add', summary: 'make a schedule', load: () => import('./commands/cron-add.js') },
    { name: 'list', summary: 'list schedules', load: () => import('./commands/cron-list.js') },
    { name: 'view', summary: 'show one schedule', load: () => import('./commands/cron-view.js') },
    { name: 'delete', summary: 'remove schedules', load: () => import('./commands/cron-delete.js') },
    { name: 'pause', summary: 'let schedules fire nothing', load: () => import('./commands/cron-pause.js') },
    { name: 'resume', summary: 'let schedules fire again', load: () => import('./commands/cron-resume.js') },
    { name: 'run', summary: 'make the job of a schedule now', load: () => import('./commands/cron-run.js') },
    {
      name: 'next',
      summary: 'explain an expression and list its ticks',
      load: () => import('./commands/cron-next.js'),
    },
    { name: 'history', summary: 'show what became of ticks', load: () => import('./commands/cron-history.js') },
    scheduler,
  ],
}

const task: CommandGroup = {
  name: 'task',
  summary: 'add, inspect and change jobs and schedules',
  description: 'Adds, inspects and changes jobs: units of work that a task has been given; schedules under cron.',
  commands: [
    { name: 'add', summary: 'enqueue a job', load: () => import('./commands/task-add.js') },
    { name: 'list', summary: 'list jobs', load: () => import('./commands/task-list.js') },
    { name: 'view', summary: 'show all that is known about one job', load: () => import('./commands/task-view.js') },
    { name: 'retry', summary: 'make jobs pending again', load: () => import('./commands/task-retry.js') },
    {
      name: 'dead-letters',
      summary: 'show what went wrong with failed jobs',
      load: () => import('./commands/task-dead-letters.js'),
    },
    {
      name: 'redrive',
      summary: 'run failed jobs again, no faster than told',
      load: () => import('./commands/task-redrive.js'),
    },
    { name: 'cancel', summary: 'call jobs off, also running ones', load: () => import('./commands/task-cancel.js') },
    { name: 'delete', summary: 'remove jobs that are not running', load: () => import('./commands/task-delete.js') },
    { name: 'watch', summary: 'show changes of jobs as they happen', load: () => import('./commands/task-watch.js') },
    { name: 'purge', summary: 'remove all jobs in a state', load: () => import('./commands/task-purge.js') },
    cron,
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
export const COMMANDS: readonly CommandNode[] = [
  { name: 'init', summary: 'write the smallest app', load: () => import('./commands/init.js') },
  { name: 'dev', summary: 'run an app while you write it', load: () => import('./commands/dev.js') },
  { name: 'work', summary: 'run jobs until told to stop', load: () => import('./commands/work.js') },
  scheduler,
  task,
  queue,
  { name: 'info', summary: 'show the store, its counts, its workers', load: () => import('./commands/info.js') },
  {
    name: 'migrate',
    summary: 'bring the schema of a store up to date, or back',
    load: () => import('./commands/migrate.js'),
  },
  { name: 'check', summary: 'find what is wrong with the config of an app', load: () => import('./commands/check.js') },
  {
    name: 'types',
    summary: 'write the types of the tasks of an app',
    load: () => import('./commands/rota-types.js'),
  },
  { name: 'doctor', summary: 'find what is wrong with a store', load: () => import('./commands/doctor.js') },
  { name: 'run', summary: 'hand one event to a Tasker', load: () => import('./commands/run.js') },
]

/** Every command by the words that call it: `['task', 'cron', 'add']`. */
export function commandPaths(nodes: readonly CommandNode[] = COMMANDS): readonly (readonly string[])[] {
  return nodes.flatMap((node) =>
    'load' in node ? [[node.name]] : commandPaths(node.commands).map((path) => [node.name, ...path]),
  )
}
