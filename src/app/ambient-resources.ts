import { makeResources, type Invoker, type ResourceName, type Resources } from '../client/resource-proxies.js'
import { openInvokers, scopedInvoker, standInFor } from './invoker-scope.js'

let found: Promise<Invoker> | undefined

const resources: Resources = makeResources({
  enqueue: async (name, payload, options) => (await invoker(name)).enqueue(name, payload, options),
  enqueueAll: async (name, payloads, options) => (await invoker(name)).enqueueAll(name, payloads, options),
  run: async (name) => (await invoker(name)).run(name),
})

/**
 * Starts tasks of stacks: `await Task.orders.processOrder(payload, { schedule: '5 minutes' })` resolves when the job is stored.
 *
 * It finds its store by itself: the rota that this process has open, else `ROTA_URL`, else the nearest `rota.json`, in the
 * working directory or above. A process with two open rotas says which: `const { Task } = rota.resources`.
 * Rejects with a `TypeError` that names the nearest task for one that there is not, and like `rota.enqueue`.
 */
export const Task = resources.Task

/** Sends messages to queues of stacks: `await Queue.orders.paid(message)`. Finds its store as `Task` does. */
export const Queue = resources.Queue

/** Publishes to topics of stacks, a job for each subscriber: `await Topic.orders.orderPaid(payload)`. Finds its store as `Task` does. */
export const Topic = resources.Topic

/** Runs crons of stacks now: `await Cron.orders.cleanup()`. Finds its store as `Task` does. */
export const Cron = resources.Cron

async function invoker(name: ResourceName): Promise<Invoker> {
  const scoped = standInFor(name) ?? scopedInvoker()
  if (scoped !== undefined) return scoped
  const open = openInvokers()
  const [only] = open
  if (open.size > 1) {
    // Which of them came first is chance, and a job in the wrong store is a job lost.
    const how = 'say which one is meant: `const { Task } = rota.resources`'
    throw new TypeError(`Task: expected one open rota in this process, got ${open.size}; close the others, or ${how}`)
  }
  if (only !== undefined) return only
  found ??= import('./found-invoker.js')
    .then(({ findInvoker }) => findInvoker(process))
    .catch((error: unknown) => {
      found = undefined
      throw error
    })
  return found
}
