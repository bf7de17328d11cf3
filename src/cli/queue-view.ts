import { JOB_STATES } from '../model/job-state.js'
import type { QueueRecord } from '../port/control-store.js'
import { formatDuration } from '../time/duration.js'
import { formatCount } from './render/count.js'
import type { QueueFigures } from './queue-figures.js'
import type { Field, View } from './render/view.js'

/** A queue for people: its settings, and how many jobs there are and ever were. */
export function queueView({ queue, counts, totals, lagMs }: QueueFigures): View {
  return {
    title: `Queue ${queue.name}`,
    fields: [...settingFields(queue), ['Lag', formatDuration(lagMs)]],
    sections: [
      {
        heading: 'Jobs',
        fields: JOB_STATES.map((state) => [
          state,
          `${formatCount(counts[state])} now, ${formatCount(totals[state])} ever`,
        ]),
      },
    ],
  }
}

/** The settings of a queue; what is not set shows the default that holds. */
export function settingFields(queue: QueueRecord): readonly Field[] {
  const { completedForMs, completedMax, failedForMs } = queue
  return [
    ['Paused', queue.paused ? { text: 'yes', style: 'yellow' } : 'no'],
    ['Concurrency', queue.concurrency === null ? 'unlimited' : formatCount(queue.concurrency)],
    ['Completed Kept For', completedForMs === null ? '1d (default)' : formatDuration(completedForMs)],
    ['Completed Kept', completedMax === null ? '100,000 (default)' : formatCount(completedMax)],
    ['Failed Kept For', failedForMs === null ? '14d (default)' : formatDuration(failedForMs)],
  ]
}
