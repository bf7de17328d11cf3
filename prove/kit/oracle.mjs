/**
 * Decides from journals and the store what really happened: pure functions, no process and no file.
 */

/** @typedef {import('./journal.mjs').Line} Line */
/** @typedef {{ readonly id: string, readonly state: string }} StoredJob */

/**
 * @typedef {object} Account
 * @property {number} enqueued jobs that somebody meant to enqueue
 * @property {number} acked jobs that the store said it has
 * @property {number} completed jobs that are on record as completed
 * @property {readonly string[]} lost acknowledged, and not on record as completed
 * @property {readonly string[]} doubled completed more than once
 * @property {readonly string[]} strangers started without having been enqueued, or with somebody else's payload
 * @property {readonly string[]} unrun completed without a start and an end in any journal
 * @property {number} starts handler starts, repetitions included
 * @property {number} repeated jobs whose handler started more than once
 */

/**
 * Total accounting: every job that was acknowledged is on record as completed, once.
 * @param {object} evidence
 * @param {readonly Line[]} evidence.lines
 * @param {readonly (StoredJob | null)[]} evidence.records what the store has of the jobs that were meant
 * @param {ReadonlyMap<string, number>} evidence.completions how often each job entered the state `completed`
 * @returns {Account}
 */
export function account({ lines, records, completions }) {
  const intents = linesById(lines, 'intent')
  const acks = linesById(lines, 'ack')
  const starts = linesById(lines, 'start')
  const ends = linesById(lines, 'end')
  const completed = new Set(records.flatMap((job) => (job?.state === 'completed' ? [job.id] : [])))
  return {
    enqueued: intents.size,
    acked: acks.size,
    completed: completed.size,
    lost: [...acks.keys()].filter((id) => !completed.has(id)),
    doubled: [...completions].flatMap(([id, times]) => (times > 1 ? [id] : [])),
    strangers: [...starts].flatMap(([id, some]) => (some.every(({ n }) => intents.get(id)?.[0]?.n === n) ? [] : [id])),
    unrun: [...completed].filter((id) => !starts.has(id) || !ends.has(id)),
    starts: sum([...starts.values()].map((some) => some.length)),
    repeated: [...starts.values()].filter((some) => some.length > 1).length,
  }
}

/**
 * @typedef {object} Claims
 * @property {readonly string[]} shared the same lease in two processes, or twice in one
 * @property {readonly string[]} overlapping two attempts at one time, the first of which was neither dead nor frozen
 * @property {readonly string[]} backwards a later start with a fence that is not larger
 * @property {number} zombies attempts that were overtaken while their process stood still: legal, and why fences exist
 */

/**
 * Whether leases exclude each other. An attempt holds its job from its start until its end is written or its process dies.
 * @param {object} evidence
 * @param {readonly Line[]} evidence.lines
 * @param {readonly { readonly pid: number, readonly at: number }[]} evidence.deaths
 * @param {readonly { readonly pid: number, readonly from: number, readonly until: number }[]} evidence.freezes
 * @returns {Claims}
 */
export function exclusion({ lines, deaths, freezes }) {
  const diedAt = new Map(deaths.map(({ pid, at }) => [pid, at]))
  const ends = linesById(lines, 'end')
  /** @type {string[]} */
  const shared = []
  /** @type {string[]} */
  const overlapping = []
  /** @type {string[]} */
  const backwards = []
  let zombies = 0
  for (const [id, unordered] of linesById(lines, 'start')) {
    const starts = unordered.toSorted((a, b) => a.at - b.at)
    for (const [index, earlier] of starts.slice(0, -1).entries()) {
      const later = /** @type {Line} */ (starts[index + 1])
      if (later.fence === earlier.fence) shared.push(id)
      if (later.fence < earlier.fence) backwards.push(id)
      const end = ends.get(id)?.find(({ pid, fence }) => pid === earlier.pid && fence === earlier.fence)
      const until = Math.min(end?.at ?? Infinity, diedAt.get(earlier.pid) ?? Infinity)
      if (until <= later.at) continue
      const froze = freezes.some(({ pid, from }) => pid === earlier.pid && from < later.at && from < until)
      if (froze) zombies += 1
      else overlapping.push(id)
    }
  }
  return { shared, overlapping, backwards, zombies }
}

/**
 * @typedef {object} Ticks
 * @property {number} expected instants from the first to the last one that was seen
 * @property {readonly number[]} missed
 * @property {readonly number[]} doubled
 * @property {readonly number[]} off instants that are not ticks of this schedule
 */

/**
 * Whether a schedule with a fixed period fired each of its instants once.
 * @param {readonly number[]} ticks the nominal instants of the jobs that it made, in any order
 * @param {number} periodMs
 * @returns {Ticks}
 */
export function tickAccount(ticks, periodMs) {
  /** @type {Map<number, number>} */
  const seen = new Map()
  for (const tick of ticks) seen.set(tick, (seen.get(tick) ?? 0) + 1)
  const first = Math.min(...ticks)
  const last = Math.max(...ticks)
  const expected = Array.from(
    { length: Math.round((last - first) / periodMs) + 1 },
    (_, index) => first + index * periodMs,
  )
  const due = new Set(expected)
  return {
    expected: expected.length,
    missed: expected.filter((tick) => !seen.has(tick)),
    doubled: [...seen].flatMap(([tick, times]) => (times > 1 ? [tick] : [])),
    off: [...seen.keys()].filter((tick) => !due.has(tick)),
  }
}

/**
 * @param {readonly Line[]} lines
 * @param {import('./journal.mjs').What} what
 */
function linesById(lines, what) {
  /** @type {Map<string, Line[]>} */
  const found = new Map()
  for (const line of lines) {
    if (line.what !== what) continue
    const some = found.get(line.id)
    if (some === undefined) found.set(line.id, [line])
    else some.push(line)
  }
  return found
}

/** @param {readonly number[]} values */
const sum = (values) => values.reduce((total, value) => total + value, 0)
