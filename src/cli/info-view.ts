import { JOB_STATES } from '../model/job-state.js'
import type { EpochMs } from '../model/units.js'
import { formatDuration } from '../time/duration.js'
import { formatCount } from './render/count.js'
import { formatInstant, isoInstant } from './render/instant.js'
import type { Field, Section, View } from './render/view.js'
import type { StoreInfo } from './store-info.js'

/** `rota info` for people. */
export function infoView(info: StoreInfo, now: EpochMs): View {
  const { schedules, oldest, pausedQueues } = info
  const paused = pausedQueues.length === 0 ? '' : ` (paused: ${pausedQueues.join(', ')})`
  return {
    title: `Store ${info.url}`,
    fields: [
      ...info.facts.map(({ label, value }): Field => [capitalised(label), value]),
      ['Queues', `${info.queues}${paused}`],
      ['Schedules', `${formatCount(schedules.count)}${schedules.more ? ' or more' : ''}`],
      ['Oldest Lag', oldest === null ? 'none' : `${formatDuration(oldest.lagMs)} in queue ${oldest.queue}`],
    ],
    sections: [
      { heading: 'Jobs', fields: JOB_STATES.map((state) => [state, formatCount(info.counts[state])]) },
      nodeSection(info, now),
      lockSection(info),
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

function lockSection({ locks }: StoreInfo): Section {
  const holders = locks.map(
    ({ name, holder, term, until }) => `${name}: ${holder} (term ${term}, until ${formatInstant(until)})`,
  )
  return { heading: 'Leader Elections', fields: [['Elections', holders.length === 0 ? 'none' : ['', ...holders]]] }
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
    elections: info.locks.map(({ name, holder, term, until }) => ({ name, holder, term, until: isoInstant(until) })),
    lagMs: info.oldest?.lagMs ?? 0,
    lagQueue: info.oldest?.queue ?? null,
  }
}
