import type { AwsOnlyUse } from './app-config.js'
import { shownPath } from './problems.js'
import { entriesOf, type RawStack } from './raw-stack.js'
import { type ConfigPath, type ConfigSource, isObject, valueAt } from './source.js'
import { isPath } from './task-reference.js'

/** A function as a file holds it, not judged yet: a path, or an object. */
export interface RawFunction {
  readonly source: ConfigSource
  readonly path: ConfigPath
  readonly value: unknown
}

const AWS_ONLY = ['runtime', 'vpc', 'layers', 'architecture', 'ephemeralStorageSize', 'permissions'] as const

/** Every function of an app: those of its root file, then those of its stacks. */
export function functionsIn(root: ConfigSource, stacks: readonly RawStack[]): readonly RawFunction[] {
  const global = ['onFailure', 'onErrorLog'].map((key) => ({
    source: root,
    path: [key],
    value: valueAt(root.value, [key]),
  }))
  return [...global, ...stacks.flatMap(functionsOfStack)].filter(({ value }) => isFunction(value))
}

function functionsOfStack(stack: RawStack): readonly RawFunction[] {
  const { source } = stack
  const withConsumer = (['tasks', 'crons', 'queues'] as const).flatMap((key) => entriesOf(stack, key))
  return withConsumer.map(({ path, value }) =>
    isObject(value) ? { source, path: [...path, 'consumer'], value: value['consumer'] } : { source, path, value },
  )
}

function isFunction(value: unknown): boolean {
  return typeof value === 'string' ? isPath(value) : isObject(value)
}

/** Where an app gives what acts on AWS only, its defaults first. */
export function awsOnlyUses(root: ConfigSource, functions: readonly RawFunction[]): readonly AwsOnlyUse[] {
  const path = ['defaults', 'function']
  const defaults = { source: root, path, value: valueAt(root.value, path) }
  return [defaults, ...functions].flatMap((one) => {
    const { value } = one
    if (!isObject(value)) return []
    return AWS_ONLY.filter((property) => value[property] !== undefined).map((property) => {
      const at = [...one.path, property]
      return { property, file: one.source.file, line: one.source.placeOf(at, 'key').line, path: shownPath(at) }
    })
  })
}
