import { checkText, checkWhole } from '../../port/checks.js'
import type { BeatResult, ControlStore, NodeRecord, QueueRecord, QueueSettings } from '../../port/control-store.js'
import { checkRenewals, checkRequests } from '../../port/lock-checks.js'
import type { LockRenewal, LockRequest } from '../../port/lock-store.js'
import type { EpochMs } from '../../model/units.js'
import type { Commit } from './commit.js'
import type { Handle } from './handle.js'
import { nextVisibleAt } from './claim.js'
import { acquireLock, renewLock } from './lock-store.js'
import { byName, type MemoryState } from './state.js'

/** How a queue behaves that nobody has set. */
const QUEUE_SETTINGS_DEFAULT: QueueSettings = Object.freeze({
  paused: false,
  concurrency: null,
  completedForMs: null,
  completedMax: null,
  failedForMs: null,
})

/** A node is gone after so many of its intervals without a beat. */
const BEATS_MISSED = 3

export function createControlStore(handle: Handle): ControlStore {
  return {
    async putQueues(params) {
      for (const queue of params.queues) checkQueue(queue)
      return handle.commit(params, (commit) => params.queues.map((queue) => putQueue(commit, queue)))
    },

    async listQueues(params) {
      return handle.read(params, (state) =>
        knownQueues(state).map((name) => ({ ...(state.settings.get(name) ?? { name, ...QUEUE_SETTINGS_DEFAULT }) })),
      )
    },

    async removeQueues(params) {
      return handle.commit(params, (commit) => params.names.map((name) => removeQueue(commit, name)))
    },

    async putTopics(params) {
      for (const { name } of params.topics) checkText('putTopics', 'name', name)
      handle.commit(params, (commit) => {
        for (const { name, subscriptions } of params.topics) {
          if (subscriptions.length === 0) commit.state.topics.delete(name)
          else
            commit.state.topics.set(
              name,
              subscriptions.map(({ task, queue }) => ({ task, queue })),
            )
          settingsChanged(commit)
        }
      })
    },

    async listTopics(params) {
      return handle.read(params, ({ topics }) =>
        [...topics]
          .filter(([name]) => params.names?.includes(name) ?? true)
          .sort(([a], [b]) => byName(a, b))
          .map(([name, subscriptions]) => ({ name, subscriptions })),
      )
    },

    async beat(params) {
      const { node, locks, acquire = [] } = params
      checkText('beat', 'node id', node.id)
      checkWhole('beat', 'beatMs', node.beatMs, 1, Number.MAX_SAFE_INTEGER)
      checkRenewals('beat', locks)
      checkRequests('beat', acquire)
      return handle.commit(params, (commit) => {
        commit.state.nodes.set(node.id, { ...node, seenAt: commit.now })
        return answerBeat(commit, node, { locks, acquire })
      })
    },

    async leave(params) {
      handle.commit(params, ({ state }) => state.nodes.delete(params.nodeId))
    },

    async listNodes(params) {
      const now = handle.clock.now()
      return handle.read(params, ({ nodes }) =>
        [...nodes.values()].filter((node) => isAlive(node, now)).sort((a, b) => byName(a.id, b.id)),
      )
    },
  }
}

function answerBeat(
  commit: Commit,
  node: NodeRecord,
  { locks, acquire }: { readonly locks: readonly LockRenewal[]; readonly acquire: readonly LockRequest[] },
): BeatResult {
  const { state, now } = commit
  return {
    now,
    settingsRevision: state.settingsRevision,
    paused: [...state.settings.values()].filter(({ paused }) => paused).map(({ name }) => name),
    cancelRequests: [...state.cancelRequests].filter((job) => job.workerId === node.id).map(({ id }) => id),
    locks: locks.map((renewal) => renewLock(commit, renewal)),
    acquired: acquire.map((asked) => acquireLock(commit, asked)),
    nextVisibleAt: nextVisibleAt(state, node),
    nextTickAt: state.scheduleTicks.first()?.dueAt ?? null,
    schedulesRevision: state.schedulesRevision,
  }
}

/** Forgets nodes that have not beaten for three of their intervals. */
export function pruneNodes({ state, now }: Commit): void {
  for (const node of state.nodes.values()) {
    if (!isAlive(node, now)) state.nodes.delete(node.id)
  }
}

function isAlive(node: NodeRecord & { readonly seenAt: EpochMs }, now: EpochMs): boolean {
  return node.seenAt + BEATS_MISSED * node.beatMs > now
}

function checkQueue({ name, ...patch }: { readonly name: string } & Partial<QueueSettings>): void {
  checkText('putQueues', 'name', name)
  for (const field of ['concurrency', 'completedForMs', 'completedMax', 'failedForMs'] as const) {
    const value = patch[field]
    if (value !== undefined && value !== null)
      checkWhole('putQueues', field, value, field === 'concurrency' ? 1 : 0, Number.MAX_SAFE_INTEGER)
  }
}

function putQueue(commit: Commit, { name, ...patch }: { readonly name: string } & Partial<QueueSettings>): QueueRecord {
  const before = commit.state.settings.get(name)
  const set = Object.entries<unknown>(patch).filter(([, value]) => value !== undefined)
  const after: QueueRecord = { ...(before ?? { name, ...QUEUE_SETTINGS_DEFAULT }), ...Object.fromEntries(set) }
  commit.state.settings.set(name, after)
  if (before === undefined || JSON.stringify(before) !== JSON.stringify(after)) {
    settingsChanged(commit)
    commit.queues.add(name)
  }
  return { ...after }
}

function removeQueue(commit: Commit, name: string): 'removed' | 'not-empty' | 'unknown' {
  const { state } = commit
  if (!knownQueues(state).includes(name)) return 'unknown'
  const counters = [...(state.counters.get(name)?.values() ?? [])].flatMap((tasks) => Object.values(tasks))
  if (counters.some(({ count }) => count > 0)) return 'not-empty'
  state.settings.delete(name)
  state.queues.delete(name)
  settingsChanged(commit)
  return 'removed'
}

function knownQueues(state: MemoryState): readonly string[] {
  return [...new Set([...state.settings.keys(), ...state.queues.keys()])].sort(byName)
}

function settingsChanged(commit: Commit): void {
  commit.state.settingsRevision += 1
  commit.hints.add('settings')
}
