import { checkText, checkWhole } from '../../port/checks.js'
import type { BeatResult, ControlStore, NodeRecord, Subscription } from '../../port/control-store.js'
import { checkRenewals, checkRequests } from '../../port/lock-checks.js'
import type { LockRenewal, LockRequest } from '../../port/lock-store.js'
import { nextVisibleAt } from './claim.js'
import { acquireLock, renewLock } from './lock-store.js'
import { checkQueue, listQueues, putQueue, removeQueue } from './queue-settings.js'
import {
  CANCEL_REQUESTS,
  DELETE_NODE,
  DELETE_TOPIC,
  LIVE_NODES,
  PUT_NODE,
  PUT_TOPIC,
  QUEUES,
  TOPICS,
} from './statements/control.js'
import type { Store } from './store.js'
import { NEXT_DUE_AFTER } from './statements/schedules.js'
import type { Transaction } from './transaction.js'

export function createControlStore(store: Store): ControlStore {
  return {
    async putQueues(params) {
      for (const queue of params.queues) checkQueue(queue)
      return store.write(params, (tx) => params.queues.map((queue) => putQueue(tx, queue)))
    },

    async listQueues(params) {
      return store.read(params, listQueues)
    },

    async removeQueues(params) {
      return store.write(params, (tx) => params.names.map((name) => removeQueue(tx, name)))
    },

    async putTopics(params) {
      for (const { name } of params.topics) checkText('putTopics', 'name', name)
      await store.write(params, (tx) => {
        for (const { name, subscriptions } of params.topics) {
          if (subscriptions.length === 0) tx.session.run(DELETE_TOPIC, name)
          else
            tx.session.run(PUT_TOPIC, name, JSON.stringify(subscriptions.map(({ task, queue }) => ({ task, queue }))))
          tx.changeSettings()
        }
      })
    },

    async listTopics(params) {
      const rows = await store.read(params, (session) => session.all(TOPICS))
      return rows
        .filter(([name]) => params.names?.includes(name) ?? true)
        .map(([name, subscriptions]) => ({ name, subscriptions: JSON.parse(subscriptions) as Subscription[] }))
    },

    async beat(params) {
      const { node, locks, acquire = [] } = params
      checkText('beat', 'node id', node.id)
      checkWhole('beat', 'beatMs', node.beatMs, 1, Number.MAX_SAFE_INTEGER)
      checkRenewals('beat', locks)
      checkRequests('beat', acquire)
      return store.writeVolatile(params, (tx) => beat(tx, node, { locks, acquire }))
    },

    async leave(params) {
      await store.writeVolatile(params, (tx) => {
        tx.session.run(DELETE_NODE, params.nodeId)
      })
    },

    async listNodes(params) {
      const rows = await store.read(params, (session) => session.all(LIVE_NODES, store.options.clock.now()))
      return rows.map(([record, seenAt]) => ({ ...(JSON.parse(record) as NodeRecord), seenAt }))
    },
  }
}

function beat(
  tx: Transaction,
  node: NodeRecord,
  { locks, acquire }: { readonly locks: readonly LockRenewal[]; readonly acquire: readonly LockRequest[] },
): BeatResult {
  const { session, now, state } = tx
  session.run(PUT_NODE, node.id, JSON.stringify(node), node.beatMs, now)
  const queues = node.queues.map((queue) => ({ queue, limit: 1 }))
  return {
    now,
    settingsRevision: state.settingsRevision,
    paused: session.all(QUEUES).flatMap(([name, paused]) => (paused === 1 ? [name] : [])),
    cancelRequests: session.all(CANCEL_REQUESTS, node.id).map(([id]) => id),
    locks: locks.map((renewal) => renewLock(tx, renewal)),
    acquired: acquire.map((asked) => acquireLock(tx, asked)),
    nextVisibleAt: nextVisibleAt(tx, { queues, tasks: node.tasks, suspects: true }),
    nextTickAt: session.get(NEXT_DUE_AFTER, Number.MIN_SAFE_INTEGER)?.[0] ?? null,
    schedulesRevision: state.settingsRevision,
  }
}
