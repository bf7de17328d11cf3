import { dirname, relative, sep } from 'node:path'
import type { AppConfig, FunctionConfig, Named, StackConfig } from '../../config/app-config.js'
import { batchConsumers } from '../batch-consumers.js'

/** What the declaration needs of a config. */
export type DeclaredConfig = Pick<AppConfig, 'stacks'>

/** How a declaration begins, whatever version of rota has written it. */
export const OWN_BEGINNING = '// Written by `rota '

const HEAD =
  '// Written by `rota types` and `rota dev`: what `Task`, `Queue`, `Topic` and `Cron` of this project take. Do not edit.'

/** The types of `rota` that a declaration may use. */
const HELPERS = [
  'BatchQueueOf',
  'BatchTaskOf',
  'CronEntry',
  'EachOf',
  'QueueEntry',
  'QueueOf',
  'TaskEntry',
  'TaskOf',
  'TopicEntry',
  'TopicOf',
]

/** TypeScript needs the types of a source to read them; those of JavaScript are there only with options that we cannot see. */
const TYPED_SOURCE = /\.[cm]?tsx?$/

/**
 * The text of the declaration file at `file` (absolute): the types of all calls, each taken from the function that gets it. The same
 * for the same config, whatever the order in which its files were read.
 */
export function declarationOf({ stacks }: DeclaredConfig, file: string): string {
  const importer = dirname(file)
  const consumers = new Map(stacks.flatMap(({ tasks }) => tasks.map((task) => [task.record, task] as const)))
  const typeOf = (record: string): string | null => {
    const task = consumers.get(record)
    return task === undefined ? null : functionType(task.consumer, importer)
  }
  const takesLists = batchConsumers({ stacks })
  const taskHelper = (record: string): string => (takesLists.has(record) ? 'BatchTaskOf' : 'TaskOf')
  const sections = [
    section('TaskResources', stacks, ({ tasks }) =>
      tasks
        .filter((task) => task.of === 'task')
        .map((task) => member(task, wrap(taskHelper(task.record), typeOf(task.record), 'TaskEntry'))),
    ),
    section('QueueResources', stacks, ({ queues }) =>
      queues.flatMap((queue) => {
        if (queue.consumer === null) return []
        const helper = takesLists.has(queue.consumer) ? 'BatchQueueOf' : 'QueueOf'
        return [member(queue, wrap(helper, typeOf(queue.consumer), 'QueueEntry'))]
      }),
    ),
    section('TopicResources', stacks, ({ topics }) =>
      topics.map((topic) => {
        const types = topic.subscribers.flatMap((record) => {
          const type = typeOf(record)
          if (type === null) return []
          return takesLists.has(record) ? [`EachOf<${type}>`] : [type]
        })
        return member(
          topic,
          wrap('TopicOf', types.length === 0 ? null : types.sort(byCodeUnits).join(' | '), 'TopicEntry'),
        )
      }),
    ),
    section('CronResources', stacks, ({ crons }) => crons.map((cron) => member(cron, 'CronEntry'))),
  ].filter((lines) => lines !== '')
  return assemble(sections)
}

function assemble(sections: readonly string[]): string {
  const body = sections.join('\n\n')
  const names = HELPERS.filter((name) => new RegExp(`[ <]${name}(<typeof|\\n|<EachOf)`).test(body))
  // Either makes a module of the file: outside of one, it would declare another `rota` in place of adding to it.
  const imports = names.length === 0 ? 'export {}' : `import type { ${names.join(', ')} } from 'rota'`
  return sections.length === 0
    ? `${HEAD}\n${imports}\n`
    : `${HEAD}\n${imports}\n\ndeclare module 'rota' {\n${body}\n}\n`
}

/** One interface with a member for each stack that has any. */
function section(
  name: string,
  stacks: readonly StackConfig[],
  membersOf: (stack: StackConfig) => readonly (readonly [key: string, line: string])[],
): string {
  const blocks = [...stacks]
    .sort((one, other) => byCodeUnits(one.key, other.key))
    .flatMap((stack) => {
      const members = [...membersOf(stack)].sort(([one], [other]) => byCodeUnits(one, other))
      if (members.length === 0) return []
      return [`    readonly ${keyText(stack.key)}: {`, ...members.map(([, line]) => `      ${line}`), '    }']
    })
  return blocks.length === 0 ? '' : [`  interface ${name} {`, ...blocks, '  }'].join('\n')
}

function member({ key }: Named, type: string): readonly [string, string] {
  return [key, `readonly ${keyText(key)}: ${type}`]
}

function wrap(helper: string, type: string | null, untyped: string): string {
  return type === null ? untyped : `${helper}<${type}>`
}

/** The type of a function by the place of its source; null where there is no source with types. */
function functionType({ code, handler }: FunctionConfig, importer: string): string | null {
  if ('bundle' in code || !TYPED_SOURCE.test(code.file)) return null
  const path = relative(importer, code.file).split(sep).join('/')
  const specifier = path.startsWith('../') ? path : `./${path}`
  // `index.default`: what stands before the first dot is the module.
  const exported = handler.slice(handler.indexOf('.') + 1)
  return `typeof import(${JSON.stringify(specifier)}).${exported}`
}

function keyText(key: string): string {
  return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(key) ? key : JSON.stringify(key)
}

/** The same on every machine, unlike the order of a locale. */
function byCodeUnits(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
