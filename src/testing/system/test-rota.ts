import { createRota } from '../../app/create-rota.js'
import type { CommonOptions } from '../../app/rota-options.js'
import type { TaskOn } from '../../model/task-definition.js'
import { steer, type TestOptions } from './test-options.js'
import type { TestSystem } from './test-system.js'

/** How a rota for a test is made. */
export interface TestRotaOptions extends TestOptions, Pick<CommonOptions, 'tasks' | 'onFailure'> {}

/**
 * Makes a rota for a test, in memory and under a clock that the test moves:
 *
 * ```ts
 * await using t = testRota({ tasks: [sendInvoice] })
 * await t.rota.enqueue(sendInvoice, { invoiceId: 'in_1' }, { delay: '1 day' })
 * expect(await t.advance('1 day')).toMatchObject({ completed: 1 })
 * ```
 *
 * Nothing runs but in `drain` and `advance`. Tasks without a handler run their mock (`mockTask`), and fail without one.
 * Throws like `createRota`.
 */
export function testRota({ tasks = [], onFailure, ...shared }: TestRotaOptions = {}): TestSystem {
  const { options, systemOf } = steer(shared)
  const given = { tasks: Array.isArray(tasks) ? tasks.map(runnable) : tasks }
  const rota = createRota({ ...options, ...given, ...(onFailure === undefined ? {} : { onFailure }) })
  return systemOf(rota, () => rota.close())
}

/** A task whose handler is in another program can be mocked here. */
function runnable(task: TaskOn<never>): TaskOn<never> {
  if ((task as TaskOn<never> | null)?.run !== null) return task
  return task.handle<never>(() => {
    throw new TypeError(`task "${task.name}": expected a handler or a mock, got neither: mockTask(task, fn)`)
  })
}
