/**
 * What is measured: rota, and beside it the floor and the peers, all behind one face.
 */

/** @typedef {import('./jobs.mjs').Job} Job */
/** @typedef {import('./jobs.mjs').Payload} Payload */

/** @typedef {import('./rounds.mjs').Place} Place */

/**
 * @typedef {object} Subject
 * @property {number} [serverPid] whose CPU counts too
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
 * @property {(place: Place) => Promise<Subject>} open
 */

/**
 * Those of each store; the same name is the same part in the comparison.
 * @type {Readonly<Record<string, Readonly<Record<string, () => Promise<SubjectDefinition>>>>>}
 */
const subjects = {
  sqlite: {
    rota: async () => (await import('./subjects/rota.mjs')).rotaSqlite,
    floor: async () => (await import('./subjects/floor.mjs')).floor,
    'floor-500': async () => (await import('./subjects/floor.mjs')).floor500,
    plainjob: async () => (await import('./peers/plainjob.mjs')).plainjob,
  },
  postgres: {
    rota: async () => (await import('./subjects/rota.mjs')).rotaPostgres,
    floor: async () => (await import('./subjects/floor-postgres.mjs')).floor,
    'floor-fused': async () => (await import('./subjects/floor-postgres.mjs')).floorFused,
    graphile: async () => (await import('./peers/graphile.mjs')).graphile,
    'graphile-best': async () => (await import('./peers/graphile.mjs')).graphileBest,
    'pg-boss': async () => (await import('./peers/pg-boss.mjs')).pgBoss,
  },
}

/**
 * Loads a subject only when it is its turn: peers may be missing, and nobody pays for another's modules.
 * @param {string} store
 * @param {string} name
 */
export async function loadSubject(store, name) {
  const load = subjects[store]?.[name]
  if (load === undefined) throw new TypeError(`subject: expected one that subject.mjs lists for ${store}, got ${name}`)
  return load()
}
