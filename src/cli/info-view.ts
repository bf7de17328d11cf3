import { instanceNameOf } from '../model/instance-name.js'
import { JOB_STATES } from '../model/job-state.js'
import type { EpochMs } from '../model/units.js'
import type { LockRecord } from '../port/lock-store.js'
import { formatDuration } from '../time/duration.js'
import { formatBytes } from './render/bytes.js'
import { formatCount } from './render/count.js'
import { formatInstant, isoInstant } from './render/instant.js'
import type { Field, Section, View } from './render/view.js'
import type { StoreInfo } from './store-info.js'

/** Its labels are short. */
const LABEL_WIDTH = 16

/** `rota info` for people. */
export function infoView(info: StoreInfo, now: EpochMs): View {
  const { schedules, oldest, pausedQueues } = info
  const paused = pausedQueues.length === 0 ? '' : ` (paused: ${pausedQueues.join(', ')})`
  return {
    title: `Store ${info.url}`,
    labelWidth: LABEL_WIDTH,
    fields: [
      ...info.facts.map(({ label, value }): Field => [capitalised(label), value]),
      ['Queues', `${info.queues}${paused}`],
      ['Schedules', `${formatCount(schedules.count)}${schedules.more ? ' or more' : ''}`],
      ['Oldest Lag', oldest === null ? 'none' : `${formatDuration(oldest.lagMs)} in queue ${oldest.queue}`],
    ],
    sections: [
      { heading: 'Jobs', fields: JOB_STATES.map((state) => [state, formatCount(info.counts[state])]) },
      nodeSection(info, now),
      electionSection(info),
      ...lockSections(info),
    ],
  }
}

function nodeSection({ nodes }: StoreInfo, now: EpochMs): Section {
  const fields = nodes.map((node): Field => {
    const seen = `seen ${formatDuration(Math.max(0, now - node.seenAt))} ago`
    const first = `${node.id} on ${node.host} (pid ${node.pid}), ${node.running} running, ${seen}`
    const queues = node.queues.length === 0 ? [] : [`queues: ${node.queues.join(', ')}`]
    const tasks = node.tasks.length === 0 ? [] : [`tasks: ${node.tasks.join(', ')}`]
    return [capitalised(node.kind), [first, ...queues, ...tasks, `since ${formatInstant(node.startedAt)}`]]
  })
  return { heading: 'Workers', fields: nodes.length === 0 ? [['Workers', 'none']] : fields }
}

/** Who leads what, by the name that people gave it. Each store keeps one copy of its locks that counts. */
function electionSection({ elections, isShared }: StoreInfo): Section {
  const leaders = elections.map(({ name, holder }) => `${name}: ${instanceNameOf(holder)}`)
  return {
    heading: 'Leader Elections',
    fields: [
      ['Entries', `${elections.length} @ ${formatBytes(Buffer.byteLength(elections.map(entryText).join('')))}`],
      ['Memory Based', String(!isShared)],
      ['Replicas', '1'],
      ['Elections', leaders.length === 0 ? 'none' : ['', ...leaders]],
    ],
  }
}

function entryText({ name, holder, term, until }: LockRecord): string {
  return JSON.stringify([name, holder, term, until])
}

/** The locks of routines that take turns; most systems have none. */
function lockSections({ locks }: StoreInfo): readonly Section[] {
  if (locks.length === 0) return []
  const lines = locks.map(({ name, holder, until }) => `${name}: held by ${holder} until ${formatInstant(until)}`)
  return [{ heading: 'Locks', lines }]
}

function capitalised(label: string): string {
  return label.slice(0, 1).toUpperCase() + label.slice(1)
}

/** `rota info --json`; the keys are stable, `store` holds what the backend tells about itself. */
export function infoDocument(info: StoreInfo): Record<string, unknown> {
  return {
    url: info.url,
    backend: info.backend,
    store: Object.fromEntries(info.facts.map(({ label, value }) => [label, value])),
    counts: info.counts,
    queues: info.queues,
    pausedQueues: info.pausedQueues,
    schedules: info.schedules.count,
    workers: info.nodes.map((node) => ({
      ...node,
      startedAt: isoInstant(node.startedAt),
      seenAt: isoInstant(node.seenAt),
    })),
    elections: info.elections.map((lock) => ({
      name: lock.name,
      leader: instanceNameOf(lock.holder),
      ...lockDocument(lock),
    })),
    locks: info.locks.map((lock) => ({ name: lock.name, ...lockDocument(lock) })),
    lagMs: info.oldest?.lagMs ?? 0,
    lagQueue: info.oldest?.queue ?? null,
  }
}

function lockDocument({ holder, term, until }: LockRecord): Record<string, unknown> {
  return { holder, term, until: isoInstant(until) }
}
