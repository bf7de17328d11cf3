import { JobHandle, type JobKeeper } from '../../client/job-handle.js'
import type { Invoker, ResourceName } from '../../client/resource-proxies.js'
import type { ManualRun } from '../../client/run-now.js'
import { encode } from '../../codec/encode.js'
import type { MockFunction } from './mock-function.js'

/** Hands calls to mocks, at once and whatever they were scheduled for: there is no store that could keep them. */
export function mockInvoker(find: (name: ResourceName) => MockFunction | undefined): Invoker {
  let made = 0
  const call = async (name: ResourceName, payload: unknown): Promise<JobHandle> => {
    const { kind, record, written } = name
    const mock = find(name)
    if (mock === undefined) {
      const how = `mock${kind}((m) => m${written.slice(kind.length)}()), or open a system with testStacks()`
      throw new TypeError(`${written}: expected a mock or an open rota in this test, got neither: ${how}`)
    }
    // Refused here as any store would refuse it, but handed on as it is.
    if (payload !== undefined) encode(payload, { what: `payload of ${written}` })
    const result = await mock(payload)
    made += 1
    return new JobHandle(`mocked-${made}`, record, 'inserted', keeperOf(result))
  }
  return {
    enqueue: call,
    enqueueAll: async (name, payloads) => Promise.all(payloads.map((payload) => call(name, payload))),
    run: async (name): Promise<ManualRun> => {
      const { id, task } = await call(name, undefined)
      return { id, task }
    },
  }
}

/** Of a job that is over and on no record. */
function keeperOf(result: unknown): JobKeeper {
  return { get: async () => null, cancel: async () => 'finished', result: async () => result }
}
