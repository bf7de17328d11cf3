import { shownState, type JobState, type ShownState } from '../../model/job-state.js'
import type { EpochMs } from '../../model/units.js'
import type { Style, Text } from './text.js'

const STYLES: Readonly<Record<ShownState, Style>> = {
  blocked: 'dim',
  pending: 'cyan',
  scheduled: 'dim',
  retrying: 'yellow',
  running: 'bold',
  completed: 'green',
  failed: 'red',
  cancelled: 'dim',
}

/** A state in its colour. */
export function stateText(state: ShownState | 'deleted'): Text {
  return { text: state, style: state === 'deleted' ? 'dim' : STYLES[state] }
}

/** What people are shown of the state of a job, in its colour: `scheduled` and `retrying` too. */
export function shownStateText(
  job: { readonly state: JobState; readonly tries: number; readonly visibleAt: EpochMs | null },
  now: EpochMs,
): Text {
  return stateText(shownState(job, now))
}
