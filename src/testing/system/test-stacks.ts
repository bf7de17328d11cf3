import type { AppConfig, FunctionConfig } from '../../config/app-config.js'
import { steer, type TestOptions } from './test-options.js'
import type { TestSystem } from './test-system.js'

/** How the stacks of an app are opened for a test. */
export interface TestStacksOptions extends TestOptions {
  /** The config file, or its folder. @defaultValue the working directory */
  readonly path?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Opens the stacks of an app for a test, in memory and under a clock that the test moves. `Task`, `Queue`, `Topic` and `Cron` of the
 * test find it, as do the functions of the app:
 *
 * ```ts
 * await using t = await testStacks()
 * await Task.orders.placeOrder({ orderId: '1' })
 * expect(await t.drain()).toMatchObject({ completed: 1 })
 * expect(t).toHaveEnqueued(Task.orders.sendReceipt, { orderId: '1' })
 * ```
 *
 * Functions are bundled as ever and run in the process of the test, one copy of their modules for all tests of it: so without limits of
 * memory, and with the environment variables of the test. Crons fire in `advance`, and the failure path is that of the app.
 * Rejects with `CONFIG_INVALID`, and with `BUNDLE_FAILED` for a function that cannot be bundled.
 */
export async function testStacks({ path = '.', signal, ...shared }: TestStacksOptions = {}): Promise<TestSystem> {
  const [{ loadConfig }, { createBundler }, { openStacks }] = await Promise.all([
    import('../../config/load-config.js'),
    import('../../stack/bundle/create-bundler.js'),
    import('../../stack/runtime/open-stacks.js'),
  ])
  const config = inThisProcess(await loadConfig(path, { signal }))
  const bundler = createBundler({ folder: config.folder })
  const { options, systemOf } = steer(shared)
  const stacks = await openStacks({ ...options, config, build: (target) => bundler.build(target) })
  await stacks.declare({ signal })
  return systemOf(stacks.rota, async () => {
    await stacks.close()
    await bundler.close()
  })
}

/** The same app with no function apart: what a test has mocked or looks at is in its process. */
function inThisProcess(config: AppConfig): AppConfig {
  const { onErrorLog, onFailure, stacks } = config
  return {
    ...config,
    onFailure: onFailure === null ? null : local(onFailure),
    onErrorLog: onErrorLog === null ? null : local(onErrorLog),
    stacks: stacks.map((stack) => ({
      ...stack,
      tasks: stack.tasks.map((task) => ({ ...task, consumer: local(task.consumer) })),
    })),
  }
}

function local(config: FunctionConfig): FunctionConfig {
  return { ...config, isolation: 'none', warm: 0 }
}
