/**
 * One measurement in a process of its own: `node bench/child.mjs '{"scenario":...,"store":...,"subject":...,"place":{},"options":{}}'`.
 * Prints the figures as one line of JSON.
 */
import { loadSubject } from './subject.mjs'

/**
 * @typedef {object} Measurement
 * @property {string} scenario
 * @property {string} store
 * @property {string} subject
 * @property {import('./subject.mjs').Place} place where the store is
 * @property {any} options
 */

/**
 * Scenarios that every subject can be put through; each is loaded alone, so that none pays for the modules of another.
 * @type {Readonly<Record<string, () => Promise<(subject: import('./subject.mjs').Subject, options: any) => Promise<Figures>>>>}
 */
const ofSubjects = {
  enqueueSingle: async () => (await import('./scenarios/enqueue.mjs')).enqueueSingle,
  enqueueInFlight: async () => (await import('./scenarios/enqueue.mjs')).enqueueInFlight,
  enqueueBatches: async () => (await import('./scenarios/enqueue.mjs')).enqueueBatches,
  fill: async () => (await import('./scenarios/backlog.mjs')).fill,
  processBacklog: async () => (await import('./scenarios/backlog.mjs')).processBacklog,
  idleLatency: async () => (await import('./scenarios/latency.mjs')).idleLatency,
  writerLag: async () => (await import('./scenarios/lag.mjs')).writerLag,
}

/**
 * Scenarios that bring what they measure.
 * @type {Readonly<Record<string, (measurement: Measurement) => Promise<Figures>>>}
 */
const ofThemselves = {
  bystanderLag: async ({ options }) => (await import('./scenarios/lag.mjs')).bystanderLag(options),
  idleNode: async (asked) => (await import('./scenarios/idle.mjs')).idleNode(asked, asked.options),
  claimGrowth: async (asked) => (await import('./scenarios/growth.mjs')).claimGrowth(asked, asked.options),
}

/** @typedef {Record<string, number>} Figures */

console.log(JSON.stringify(await measure(JSON.parse(process.argv[2] ?? '{}'))))

/**
 * @param {Measurement} measurement
 * @returns {Promise<Figures>}
 */
async function measure(measurement) {
  const { scenario, store, subject, place, options } = measurement
  const alone = ofThemselves[scenario]
  if (alone !== undefined) return alone(measurement)
  const load = ofSubjects[scenario]
  if (load === undefined) throw new TypeError(`scenario: expected one that child.mjs lists, got "${scenario}"`)
  const act = await load()
  const opened = await (await loadSubject(store, subject)).open(place)
  const figures = await act({ ...opened, serverPid: place.serverPid }, options)
  await opened.close()
  return figures
}
