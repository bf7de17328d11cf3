import { checkText, checkWhole } from '../../port/checks.js'
import type {
  BeatResult,
  ControlStore,
  NodeRecord,
  QueueRecord,
  QueueSettings,
  Subscription,
} from '../../port/control-store.js'
import { checkRenewals, checkRequests } from '../../port/lock-checks.js'
import { jsonOf, textsOf } from './arrays.js'
import { numberOf } from './job-record.js'
import { renewalColumns, requestColumns, sorted } from './lock-store.js'
import { advisoryKey } from './migrations/migrate.js'
import type { Row, Store } from './store.js'

type Patch = { readonly name: string } & Partial<QueueSettings>

const FIELDS = ['concurrency', 'completedForMs', 'completedMax', 'failedForMs'] as const

const REMOVED = ['removed', 'not-empty', 'unknown'] as const

const QUEUES = `SELECT q.name, q.paused, q.concurrency, q.completed_for_ms, q.completed_max, q.failed_for_ms FROM {s}.queues q
  UNION ALL
  SELECT DISTINCT k.queue, false, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint FROM {s}.kinds k
  WHERE NOT EXISTS (SELECT 1 FROM {s}.queues q WHERE q.name = k.queue) AND (
    EXISTS (SELECT 1 FROM {s}.counters c WHERE c.slot BETWEEN k.id * 8 AND k.id * 8 + 7)
    OR EXISTS (SELECT 1 FROM {s}.deltas d WHERE d.slot BETWEEN k.id * 8 AND k.id * 8 + 7))`

const TOPICS = 'SELECT name, subscriptions FROM {s}.topics WHERE $1::text[] IS NULL OR name = ANY ($1)'

const NODES = 'SELECT record, seen_at FROM {s}.nodes WHERE abs({s}.now_ms() - seen_at) < 3 * beat_ms ORDER BY id'

export function createControlStore(store: Store): ControlStore {
  const changed = (queues: Iterable<string>): void => store.wakeups.committed({ queues, kinds: ['settings'] })
  return {
    async putQueues(params) {
      for (const queue of params.queues) checkQueue(queue)
      const rows = await store.rows(params, 'SELECT * FROM {s}.put_queues($1)', [jsonOf(params.queues.map(columnsOf))])
      changed(params.queues.map(({ name }) => name))
      return rows.map(queueOf)
    },

    async listQueues(params) {
      const queues = (await store.read(params, QUEUES)).map(queueOf)
      return queues.sort((a, b) => (a.name < b.name ? -1 : 1))
    },

    async removeQueues(params) {
      const values = [textsOf(params.names), advisoryKey(`maintenance ${store.options.schema}`)]
      const outcomes = await store.json<number[]>(params, 'SELECT to_json({s}.remove_queues($1, $2))', values)
      changed([])
      return outcomes.map((outcome) => REMOVED[outcome] ?? 'unknown')
    },

    async putTopics(params) {
      for (const { name } of params.topics) checkText('putTopics', 'name', name)
      const lists = params.topics.map(({ subscriptions }) =>
        subscriptions.length === 0 ? null : jsonOf(subscriptions.map(({ task, queue }) => ({ task, queue }))),
      )
      const values = [textsOf(params.topics.map(({ name }) => name)), textsOf(lists)]
      await store.rows(params, 'SELECT {s}.put_topics($1, $2)', values)
      changed([])
    },

    async listTopics(params) {
      const rows = await store.read(params, TOPICS, [params.names === undefined ? null : textsOf(params.names)])
      return rows
        .map(([name, list]) => ({ name: name ?? '', subscriptions: JSON.parse(list ?? '[]') as Subscription[] }))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
    },

    beat: async (params) => beat(store, params),

    async leave(params) {
      await store.rows(params, 'DELETE FROM {s}.nodes WHERE id = $1', [params.nodeId])
    },

    async listNodes(params) {
      const rows = await store.read(params, NODES)
      return rows.map(([record, seenAt]) => ({ ...(JSON.parse(record ?? '{}') as NodeRecord), seenAt: Number(seenAt) }))
    },
  }
}

async function beat(store: Store, params: Parameters<ControlStore['beat']>[0]): Promise<BeatResult> {
  const { node, acquire = [] } = params
  checkText('beat', 'node id', node.id)
  checkWhole('beat', 'beatMs', node.beatMs, 1, Number.MAX_SAFE_INTEGER)
  checkRenewals('beat', params.locks)
  checkRequests('beat', acquire)
  const renewed = sorted(params.locks)
  const asked = sorted(acquire)
  const answer = await store.json<
    Omit<BeatResult, 'locks'> & { locks: boolean[]; acquired: BeatResult['acquired'] | null }
  >(params, 'SELECT {s}.beat($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)', [
    node.id,
    jsonOf(node),
    node.beatMs,
    textsOf(node.queues),
    textsOf(node.tasks),
    ...renewalColumns(renewed.locks),
    ...requestColumns(asked.locks),
  ])
  return {
    ...answer,
    locks: renewed.restore(answer.locks).map((moved) => (moved ? 'renewed' : 'lost')),
    acquired: asked.restore(answer.acquired ?? []),
  }
}

function checkQueue({ name, ...patch }: Patch): void {
  checkText('putQueues', 'name', name)
  for (const field of FIELDS) {
    const value = patch[field]
    if (value == null) continue
    checkWhole('putQueues', field, value, field === 'concurrency' ? 1 : 0, Number.MAX_SAFE_INTEGER)
  }
}

/** What a patch leaves out is left out of the object, and stays. */
function columnsOf({ name, paused, concurrency, completedForMs, completedMax, failedForMs }: Patch): object {
  return {
    name,
    paused,
    concurrency,
    completed_for_ms: completedForMs,
    completed_max: completedMax,
    failed_for_ms: failedForMs,
  }
}

function queueOf([name, paused, concurrency, completedForMs, completedMax, failedForMs]: Row): QueueRecord {
  return {
    name: name ?? '',
    paused: paused === 't',
    concurrency: numberOf(concurrency),
    completedForMs: numberOf(completedForMs),
    completedMax: numberOf(completedMax),
    failedForMs: numberOf(failedForMs),
  }
}
