import type { Backend } from '../../port/backend.js'
import type { Call } from '../../port/call.js'
import { newJob } from '../new-job.js'
import { newSchedule } from '../new-schedule.js'
import { newNode } from './new-node.js'
import { claimParams } from './test-store.js'

/** Every call of the port in a form that changes or answers something, by its name. */
export const EVERY_CALL: Readonly<Record<string, (backend: Backend<unknown>, call: Call) => Promise<unknown>>> = {
  'jobs.enqueue': async ({ jobs }, call) => jobs.enqueue({ jobs: [newJob({ id: 'every' })], ...call }),
  'jobs.claim': async ({ jobs }, call) => jobs.claim({ ...claimParams(), ...call }),
  'jobs.extend': async ({ jobs }, call) => jobs.extend({ receipts: ['nobody'], leaseMs: 60_000, ...call }),
  'jobs.report': async ({ jobs }, call) => jobs.report({ reports: [{ receipt: 'nobody' }], ...call }),
  'jobs.settle': async ({ jobs }, call) =>
    jobs.settle({ settlements: [{ kind: 'release', receipt: 'nobody' }], ...call }),
  'jobs.exchange': async ({ jobs }, call) => jobs.exchange({ settlements: [], claim: claimParams(), ...call }),
  'jobs.cancel': async ({ jobs }, call) => jobs.cancel({ ids: ['waiting'], reason: null, ...call }),
  'jobs.retry': async ({ jobs }, call) => jobs.retry({ ids: ['later'], ...call }),
  'jobs.delete': async ({ jobs }, call) => jobs.delete({ ids: ['waiting'], ...call }),
  'edges.get': async ({ edges }, call) => edges.get({ ids: ['waiting'], ...call }),
  'schedules.put': async ({ schedules }, call) => schedules.put({ schedules: [newSchedule('every')], ...call }),
  'schedules.remove': async ({ schedules }, call) => schedules.remove({ names: ['daily'], ...call }),
  'schedules.get': async ({ schedules }, call) => schedules.get({ names: ['daily'], ...call }),
  'schedules.list': async ({ schedules }, call) => schedules.list({ after: null, limit: 10, ...call }),
  'schedules.pause': async ({ schedules }, call) =>
    schedules.pause({ changes: [{ name: 'daily', paused: true, nextTickAt: null }], ...call }),
  'schedules.due': async ({ schedules }, call) => schedules.due({ limit: 10, ...call }),
  'schedules.fire': async ({ schedules }, call) => schedules.fire({ fires: [], ...call }),
  'schedules.history': async ({ schedules }, call) =>
    schedules.history({ name: 'daily', before: null, limit: 10, ...call }),
  'locks.acquire': async ({ locks }, call) =>
    locks.acquire({ locks: [{ name: 'every', holder: 'me', ttlMs: 60_000 }], ...call }),
  'locks.renew': async ({ locks }, call) => locks.renew({ locks: [], ...call }),
  'locks.release': async ({ locks }, call) => locks.release({ locks: [], ...call }),
  'locks.list': async ({ locks }, call) => locks.list(call),
  'control.putQueues': async ({ control }, call) =>
    control.putQueues({ queues: [{ name: 'every', paused: true }], ...call }),
  'control.listQueues': async ({ control }, call) => control.listQueues(call),
  'control.removeQueues': async ({ control }, call) => control.removeQueues({ names: ['every'], ...call }),
  'control.putTopics': async ({ control }, call) =>
    control.putTopics({ topics: [{ name: 'every', subscriptions: [{ task: 'task', queue: 'queue' }] }], ...call }),
  'control.listTopics': async ({ control }, call) => control.listTopics(call),
  'control.beat': async ({ control }, call) => control.beat({ node: newNode({ id: 'every' }), locks: [], ...call }),
  'control.leave': async ({ control }, call) => control.leave({ nodeId: 'nobody', ...call }),
  'control.listNodes': async ({ control }, call) => control.listNodes(call),
  'inspector.get': async ({ inspector }, call) => inspector.get({ ids: ['waiting'], ...call }),
  'inspector.details': async ({ inspector }, call) => inspector.details({ ids: ['waiting'], ...call }),
  'inspector.list': async ({ inspector }, call) =>
    inspector.list({ state: 'pending', limit: 10, after: null, ...call }),
  'inspector.counts': async ({ inspector }, call) => inspector.counts(call),
  'inspector.lag': async ({ inspector }, call) => inspector.lag(call),
  'inspector.describe': async ({ inspector }, call) => inspector.describe(call),
  'events.read': async ({ events }, call) => events.read({ after: null, limit: 10, ...call }),
  'events.latest': async ({ events }, call) => events.latest(call),
  'maintenance.tick': async ({ maintenance }, call) => maintenance.tick(call),
  'maintenance.verify': async ({ maintenance }, call) => maintenance.verify(call),
}
