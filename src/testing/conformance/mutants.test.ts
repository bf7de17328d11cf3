import { describe, expect, test } from 'vitest'
import { memoryHandle } from '../../backends/memory/memory-backend.js'
import { newState } from '../../backends/memory/state.js'
import type { NewJob } from '../../model/job.js'
import type { Lease, Settlement } from '../../model/lease.js'
import type { Backend } from '../../port/backend.js'
import type { ClaimParams, EnqueueOutcome, JobStore } from '../../port/job-store.js'
import type { Wakeup } from '../../port/wakeups.js'
import { FakeClock } from '../../time/fake-clock.js'
import { json } from '../new-job.js'
import { faultyBackend } from '../faulty-backend.js'
import { callFaults } from './call-faults.js'
import type { Chapter } from './chapter.js'
import { CHAPTERS } from './chapters.js'
import { runCase } from './run-case.js'
import type { ConformanceTarget, PushTarget } from './target.js'

/** Made once for each store; the function says what is wrong with each of its handles. */
type Mutant = (clock: FakeClock) => (backend: Backend) => Partial<Backend>

/** Wrong stores, and the chapter that must notice. */
const MUTANTS: Readonly<Record<string, readonly [chapter: string, mutant: Mutant]>> = {
  'answers come in the wrong order': [
    'Law 1',
    inJobs(({ cancel }) => ({ cancel: async (params) => (await cancel(params)).toReversed() })),
  ],
  'enqueue stores job by job': [
    'Law 2',
    inJobs(({ enqueue }) => ({
      enqueue: async (params) => oneByOne(params.jobs, async (job) => enqueue({ jobs: [job] })),
    })),
  ],
  'an id is free again when its job has finished': [
    'Law 2',
    inRole('jobs', (backend) => ({
      async enqueue(params) {
        const records = await backend.inspector.get({ ids: params.jobs.map(({ id }) => id) })
        const ids = records.flatMap((record) => (record?.finishedAt == null ? [] : [record.id]))
        await backend.jobs.delete({ ids })
        return backend.jobs.enqueue(params)
      },
    })),
  ],
  'payloads are parsed and written again': [
    'Law 2',
    inJobs(({ enqueue }) => ({
      enqueue: async ({ jobs, ...rest }) =>
        enqueue({
          jobs: jobs.map((job) => ({ ...job, payload: job.payload && json(JSON.parse(job.payload.json)) })),
          ...rest,
        }),
    })),
  ],
  'release spends a try': [
    'Law 3: a job has',
    settling((one) => (one.kind === 'release' ? { ...one, kind: 'retry', due: { inMs: 0 }, error: '{}' } : one)),
  ],
  'extend extends nothing': [
    'Law 3: a job has',
    inJobs(() => ({ extend: async ({ receipts }) => receipts.map(() => 'extended' as const) })),
  ],
  'every lost lease spends a try': [
    'Law 3: only',
    lending((lease) => ({ ...lease, job: { ...lease.job, tries: lease.job.tries + (lease.suspect ? 1 : 0) } })),
  ],
  'suspects come with their neighbours': [
    'Law 3: only',
    inJobs(({ claim }) => ({
      async claim(params) {
        const first = await claim(params)
        if (first.leases[0]?.suspect !== true) return first
        const second = await claim({ ...params, suspects: false })
        return { ...second, leases: [...first.leases, ...second.leases] }
      },
    })),
  ],
  'leases never end': [
    'Law 4',
    () => (backend) => {
      const held = new Set<string>()
      const keep = async (): Promise<unknown> => backend.jobs.extend({ receipts: [...held], leaseMs: 43_200_000 })
      return {
        jobs: {
          ...backend.jobs,
          async claim(params) {
            const given = await backend.jobs.claim(params)
            for (const { receipt } of given.leases) held.add(receipt)
            await keep()
            return given
          },
        },
      }
    },
  ],
  'settle ignores the fence': [
    'Law 5',
    () => {
      const jobOf = new Map<string, string>()
      const latest = new Map<string, string>()
      return ({ jobs }) => ({
        jobs: {
          ...jobs,
          async claim(params) {
            const given = await jobs.claim(params)
            for (const { receipt, job } of given.leases) {
              jobOf.set(receipt, job.id)
              latest.set(job.id, receipt)
            }
            return given
          },
          settle: async ({ settlements, ...rest }) => {
            const current = (receipt: string): string => latest.get(jobOf.get(receipt) ?? '') ?? receipt
            return jobs.settle({
              settlements: settlements.map((one) => ({ ...one, receipt: current(one.receipt) })),
              ...rest,
            })
          },
        },
      })
    },
  ],
  'a settlement that is repeated is lost': [
    'Law 5',
    () => {
      const settled = new Set<string>()
      return ({ jobs }) => ({
        jobs: {
          ...jobs,
          async settle(params) {
            const outcomes = await jobs.settle(params)
            return outcomes.map((outcome, at) => {
              const receipt = params.settlements[at]!.receipt
              const isRepeated = settled.has(receipt)
              settled.add(receipt)
              return isRepeated ? 'lost' : outcome
            })
          },
        },
      })
    },
  ],
  'priorities are ignored': ['Law 6', claiming((params) => ({ ...params, from: 'lowest' }))],
  'claims come a millisecond early': [
    'Law 6',
    (clock) => (backend) => ({
      jobs: {
        ...backend.jobs,
        async claim(params) {
          clock.jump(1)
          const given = backend.jobs.claim(params)
          clock.jump(-1)
          return given
        },
      },
    }),
  ],
  'fire ignores the version': [
    'Law 7: each',
    inRole('schedules', (backend) => ({
      async fire({ fires, ...rest }) {
        const records = await backend.schedules.get({ names: fires.map(({ name }) => name) })
        const blind = fires.map((fire, at) => ({ ...fire, version: records[at]?.version ?? fire.version }))
        return backend.schedules.fire({ fires: blind, ...rest })
      },
    })),
  ],
  'a firing calls jobs off before it is known to have won': [
    'Law 7: a firing',
    inRole('schedules', (backend) => ({
      async fire({ fires, ...rest }) {
        for (const { cancel } of fires) if (cancel !== undefined) await backend.jobs.cancel(cancel)
        return backend.schedules.fire({ fires, ...rest })
      },
    })),
  ],
  'putting a schedule again moves its next tick': [
    'Law 7: schedules',
    inRole('schedules', (backend) => ({
      async put(params) {
        const outcomes = await backend.schedules.put(params)
        return outcomes.map((outcome, at) => {
          const nextTickAt = params.schedules[at]!.nextTickAt
          return outcome.record === null ? outcome : { ...outcome, record: { ...outcome.record, nextTickAt } }
        })
      },
    })),
  ],
  'follow-ups are made also for lost settlements': [
    'Law 8',
    inJobs(({ settle, enqueue }) => ({
      async settle(params) {
        const outcomes = await settle(params)
        const followUps = params.settlements.flatMap((one) => ('followUps' in one ? one.followUps : []))
        if (outcomes.includes('lost')) await enqueue({ jobs: followUps })
        return outcomes
      },
    })),
  ],
  'a kind of hint is never given': ['Law 9', hinting((hint) => hint.kind !== 'cancel')],
  'an aborted enqueue stores half of its jobs': [
    'Law 10',
    inJobs(({ enqueue }) => ({
      async enqueue({ jobs, ...call }) {
        const half = Math.ceil(jobs.length / 2)
        const first = await enqueue({ jobs: jobs.slice(0, half), ...call })
        return [...first, ...(await enqueue({ jobs: jobs.slice(half), ...call }))]
      },
    })),
  ],
  'close closes nothing': ['Law 11', () => () => ({ close: async () => {}, [Symbol.asyncDispose]: async () => {} })],
  'what is lent is lent again': [
    'Law 12',
    () => {
      const lent: Lease[] = []
      return ({ jobs }) => ({
        jobs: {
          ...jobs,
          async claim(params) {
            const given = await jobs.claim(params)
            lent.push(...given.leases)
            return { ...given, leases: [...lent] }
          },
        },
      })
    },
  ],
  'children run however their parents end': [
    'Law 13',
    inJobs(({ enqueue }) => ({
      enqueue: async ({ jobs, ...rest }) =>
        enqueue({
          jobs: jobs.map((job) => ({
            ...job,
            parents: job.parents.map(({ id }) => ({ id, otherwise: 'run' as const })),
          })),
          ...rest,
        }),
    })),
  ],
  'a unique key is never free again': [
    'Law 14',
    () => {
      const holders = new Map<string, string>()
      return ({ jobs }) => ({
        jobs: {
          ...jobs,
          async enqueue(params) {
            return oneByOne(params.jobs, async (job): Promise<readonly EnqueueOutcome[]> => {
              const holder = job.uniqueKey === null ? undefined : holders.get(job.uniqueKey)
              if (holder !== undefined) return [{ status: 'duplicate', id: holder, by: 'unique' }]
              if (job.uniqueKey !== null) holders.set(job.uniqueKey, job.id)
              return jobs.enqueue({ jobs: [job] })
            })
          },
        },
      })
    },
  ],
  'a pause is not heard by claims': [
    'Law 15',
    inRole('jobs', (backend) => ({
      async claim(params) {
        const paused = (await backend.control.listQueues({})).filter((queue) => queue.paused)
        await backend.control.putQueues({ queues: paused.map(({ name }) => ({ name, paused: false })) })
        const given = await backend.jobs.claim(params)
        await backend.control.putQueues({ queues: paused.map(({ name }) => ({ name, paused: true })) })
        return given
      },
    })),
  ],
  'a place under the limit of the fleet leaks with each lost lease': ['Law 15', leakyLimit],
  'a lock can be taken from its live holder': [
    'Law 16',
    inRole('locks', (backend) => ({
      async acquire(params) {
        await backend.locks.release({ locks: await backend.locks.list({}) })
        return backend.locks.acquire(params)
      },
    })),
  ],
  'callers of one turn share their error': ['Law 17', sharedEnqueue],
  'tasks are not looked at': [
    'Law 18',
    claiming((params) => ({ ...params, tasks: [...params.tasks, 'a', 'b', 'c', 'unknown'] })),
  ],
  'a retry by hand changes nothing': [
    'Operators',
    inJobs(() => ({ retry: async ({ ids }) => ids.map(() => 'retried' as const) })),
  ],
  'what a patch of a queue leaves out is reset': [
    'Control',
    inRole('control', (backend) => ({
      putQueues: async (params) =>
        backend.control.putQueues({
          queues: params.queues.map((queue) => ({ paused: false, concurrency: null, completedMax: null, ...queue })),
        }),
    })),
  ],
  'counters are off by one': [
    'The inspector',
    inRole('inspector', (backend) => ({
      counts: async (params) =>
        (await backend.inspector.counts(params)).map((one) =>
          one.state === 'completed' ? { ...one, count: one.count + 1 } : one,
        ),
    })),
  ],
  'deletions are not told': [
    'Events',
    inRole('events', (backend) => ({
      async read(params) {
        const page = await backend.events.read(params)
        return { ...page, events: page.events.filter(({ state }) => state !== 'deleted') }
      },
    })),
  ],
  'nothing is ever pruned': [
    'Retention',
    inRole('maintenance', () => ({
      tick: async () => ({ nextAt: Number.MAX_SAFE_INTEGER, pruned: 0, reclaimed: 0 }),
    })),
  ],
  'an impossible limit is taken for a possible one': [
    'Mistakes',
    claiming((params) => ({ ...params, limit: Math.max(1, params.limit) })),
  ],
  'an enqueue is one driver call for each job': [
    'Driver faults',
    inJobs(({ enqueue }) => ({
      enqueue: async ({ jobs, ...rest }) => oneByOne(jobs, async (job) => enqueue({ jobs: [job], ...rest })),
    })),
  ],
  'a claim gives less than it could': [
    'A random life',
    claiming((params) => ({ ...params, limit: Math.max(1, params.limit - 1) })),
  ],
}

describe('the suite notices a wrong store', () => {
  for (const [name, [title, mutant]] of Object.entries(MUTANTS)) {
    test(`in "${title}": ${name}`, async () => {
      const chapter = CHAPTERS.find((one) => one.title.startsWith(title))
      expect(chapter, title).toBeDefined()
      expect(await failuresOf(chapter!, mutant)).not.toEqual([])
    })
  }
})

test('the suite finds nothing wrong with a right store in any chapter, transactions apart', async () => {
  const right: Mutant = () => () => ({})
  for (const chapter of CHAPTERS) expect(await failuresOf(chapter, right)).toEqual([])
})

test('no two cases have one name, because a case is skipped by its name', () => {
  const names = CHAPTERS.flatMap(({ cases }) => cases.map(({ name }) => name))
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
})

/** The cases of a chapter that fail on a store with this defect. */
async function failuresOf(chapter: Chapter, mutant: Mutant): Promise<readonly string[]> {
  const failures: string[] = []
  for (const one of chapter.cases) {
    await runCase(one, async () => mutated(mutant), { patienceMs: 20 }).catch(() => failures.push(one.name))
  }
  return failures
}

function mutated(mutant: Mutant): ConformanceTarget {
  const clock = new FakeClock()
  const state = newState()
  const wrong = mutant(clock)
  const handle = (backend: Backend): Backend => withExchange({ ...backend, ...wrong(backend) })
  const faulty = faultyBackend(memoryHandle(state, clock))
  const backend = handle(faulty.backend)
  return {
    backend,
    clock,
    second: async () => handle(memoryHandle(state, clock)),
    faults: callFaults(faulty),
    push: pushOf(backend),
    destroy: async () => {},
  }
}

/** An exchange is a settle and a claim: it has the defects of both. */
function withExchange(backend: Backend): Backend {
  const { jobs } = backend
  const exchange: JobStore['exchange'] = async ({ settlements, claim, ...call }) => {
    const outcomes = await jobs.settle({ settlements, ...call })
    return { ...(await jobs.claim({ ...claim, ...call })), outcomes }
  }
  return { ...backend, jobs: { ...jobs, exchange } }
}

function inRole<
  Role extends Exclude<keyof Backend, 'wakeups' | 'open' | 'close' | 'classify' | typeof Symbol.asyncDispose>,
>(role: Role, change: (backend: Backend) => Partial<Backend[Role]>): Mutant {
  return () => (backend) => ({ [role]: { ...(backend[role] as object), ...change(backend) } })
}

function inJobs(change: (jobs: JobStore) => Partial<JobStore>): Mutant {
  return inRole('jobs', ({ jobs }) => change(jobs))
}

function claiming(change: (params: ClaimParams) => ClaimParams): Mutant {
  return inJobs(({ claim }) => ({ claim: async (params) => claim(change(params)) }))
}

function lending(change: (lease: Lease) => Lease): Mutant {
  return inJobs(({ claim }) => ({
    async claim(params) {
      const given = await claim(params)
      return { ...given, leases: given.leases.map(change) }
    },
  }))
}

function settling(change: (settlement: Settlement) => Settlement): Mutant {
  return inJobs(({ settle }) => ({
    settle: async ({ settlements, ...call }) => settle({ settlements: settlements.map(change), ...call }),
  }))
}

async function oneByOne<Item, Answer>(
  items: readonly Item[],
  call: (item: Item) => Promise<readonly Answer[]>,
): Promise<readonly Answer[]> {
  const answers: Answer[] = []
  for (const item of items) answers.push(...(await call(item)))
  return answers
}

/** Counts what was claimed and settled, and never hears of a lost lease. */
function leakyLimit(): (backend: Backend) => Partial<Backend> {
  let running = 0
  return ({ jobs, control }) => ({
    jobs: {
      ...jobs,
      async claim(params) {
        const [queue] = await control.listQueues({})
        const room = (queue?.concurrency ?? Number.MAX_SAFE_INTEGER) - running
        if (room <= 0) return { leases: [], nextVisibleAt: null }
        const given = await jobs.claim({ ...params, limit: Math.min(params.limit, room) })
        running += given.leases.length
        return given
      },
      async settle(params) {
        const outcomes = await jobs.settle(params)
        running -= outcomes.filter((outcome) => outcome === 'settled').length
        return outcomes
      },
    },
  })
}

/** A group commit without isolation: callers of one turn succeed or fail together. */
function sharedEnqueue(): (backend: Backend) => Partial<Backend> {
  let group: { jobs: NewJob[]; outcomes: Promise<readonly EnqueueOutcome[]> } | null = null
  return ({ jobs }) => ({
    jobs: {
      ...jobs,
      async enqueue(params) {
        if (group === null) {
          const all: NewJob[] = []
          const outcomes = Promise.resolve().then(async () => {
            group = null
            return jobs.enqueue({ jobs: all })
          })
          group = { jobs: all, outcomes }
        }
        const start = group.jobs.push(...params.jobs) - params.jobs.length
        return (await group.outcomes).slice(start, start + params.jobs.length)
      },
    },
  })
}

function hinting(isGiven: (hint: Wakeup) => boolean): Mutant {
  return () => (backend) => ({
    wakeups: {
      subscribe: (listener) =>
        backend.wakeups?.subscribe((hint) => (isGiven(hint) ? listener(hint) : undefined)) ?? (() => undefined),
    },
  })
}

/** Each message is a job; the transport is told which of them come again. */
function pushOf({ jobs, inspector }: Backend): PushTarget {
  const accept: PushTarget['intake']['accept'] = async (event, { workerId, leaseMs }) => {
    const ids = event as readonly string[]
    const known = await inspector.get({ ids })
    const waiting = ids.filter((_, at) => known[at]?.finishedAt === null)
    const queues = [{ queue: 'queue', limit: 100 }]
    const claim = { workerId, leaseMs, queues, tasks: ['task'], limit: 100, suspects: true, from: 'highest' } as const
    const { leases } = await jobs.claim(claim)
    const receipts = new Map(leases.map(({ job, receipt }) => [job.id, receipt]))
    return { leases, reply: (recorded) => waiting.filter((id) => !recorded.has(receipts.get(id) ?? '')) }
  }
  return { intake: { accept }, eventOf: async (ids) => ids, returnedBy: (reply) => reply as readonly string[] }
}
