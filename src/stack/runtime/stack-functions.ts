import type { AppConfig, FunctionConfig } from '../../config/app-config.js'
import type { BundleTarget } from '../bundle/bundle-target.js'
import { type FunctionRunner, type FunctionRunnerParts, makeFunctionRunner } from './function-runner.js'
import { type FunctionLine, heardRunner } from './heard-runner.js'
import { onErrorLogTask, onFailureTask } from './resource-names.js'

/** One function of an app, by the task that runs it. */
export interface StackFunctionEntry {
  /** The task on record. */
  readonly record: string
  readonly config: FunctionConfig
}

/** Every function of an app: of its tasks, and those that hear of failures and errors. */
export function functionsOf(config: AppConfig): readonly StackFunctionEntry[] {
  const { onErrorLog, onFailure, stacks } = config
  return [
    ...stacks.flatMap(({ tasks }) => tasks.map(({ consumer, record }) => ({ record, config: consumer }))),
    ...(onFailure === null ? [] : [{ record: onFailureTask(config), config: onFailure }]),
    ...(onErrorLog === null ? [] : [{ record: onErrorLogTask(config), config: onErrorLog }]),
  ]
}

/** What has to be bundled for a function. */
export function targetOf({ config, record }: StackFunctionEntry): BundleTarget {
  return { task: record, code: config.code, handler: config.handler }
}

/** The runners of an app's functions, by their tasks on record. */
export class StackRunners {
  readonly #runners: ReadonlyMap<string, FunctionRunner>

  constructor(
    functions: readonly StackFunctionEntry[],
    shared: Omit<FunctionRunnerParts, 'what' | 'config' | 'onOutput'> & {
      readonly onOutput: (record: string, line: string) => void
      readonly onLine?: ((line: FunctionLine) => void) | undefined
    },
  ) {
    this.#runners = new Map(
      functions.map(({ config, record }) => {
        const onOutput = (line: string): void => shared.onOutput(record, line)
        const runner = makeFunctionRunner({ ...shared, what: `task "${record}"`, config, onOutput })
        return [record, shared.onLine === undefined ? runner : heardRunner(record, runner, shared.onLine)]
      }),
    )
  }

  /** Throws a `TypeError` for what is no function of the app. */
  get(record: string): FunctionRunner {
    const runner = this.#runners.get(record)
    if (runner === undefined) throw new TypeError(`stacks: expected a task of the config, got "${record}"`)
    return runner
  }

  async close(): Promise<void> {
    await Promise.all([...this.#runners.values()].map((runner) => runner.close()))
  }
}
