/**
 * What is measured: rota, and beside it the floor and the peers, all behind one face.
 */

/** @typedef {import('./jobs.mjs').Job} Job */
/** @typedef {import('./jobs.mjs').Payload} Payload */

/**
 * @typedef {object} Subject
 * @property {(job: Job) => Promise<unknown>} enqueue one job; resolves when it is acknowledged
 * @property {(jobs: readonly Job[], options?: { delayMs?: number }) => Promise<unknown>} enqueueAll one batch
 * @property {(run: (payload: Payload) => void) => Promise<() => Promise<void>>} work
 *   starts one worker as it comes; the function that it gives stops it, and all that has run is settled when that resolves
 * @property {() => Promise<void>} close
 */

/**
 * @typedef {object} SubjectDefinition
 * @property {string} name
 * @property {string} durability
 * @property {(place: { file: string }) => Promise<Subject>} open
 */

/** @type {Readonly<Record<string, () => Promise<SubjectDefinition>>>} */
const subjects = {
  rota: async () => (await import('./subjects/rota.mjs')).rota,
  floor: async () => (await import('./subjects/floor.mjs')).floor,
  'floor-500': async () => (await import('./subjects/floor.mjs')).floor500,
  plainjob: async () => (await import('./peers/plainjob.mjs')).plainjob,
}

/**
 * Loads a subject only when it is its turn: peers may be missing, and nobody pays for another's modules.
 * @param {string} name
 */
export async function loadSubject(name) {
  const load = subjects[name]
  if (load === undefined)
    throw new TypeError(`subject: expected one of ${Object.keys(subjects).join(', ')}, got ${name}`)
  return load()
}
