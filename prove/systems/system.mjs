/**
 * What a job system on PostgreSQL must be able to do here, so that two of them can be put through the same.
 */

/**
 * @typedef {object} System
 * @property {(url: string) => Promise<Producer>} producer open, with its tables made
 * @property {(url: string, listener: Listener) => Promise<{ close(): Promise<unknown> }>} worker at work
 */

/**
 * @typedef {object} Producer
 * @property {(numbers: readonly number[]) => Promise<void>} enqueue one job for each number, in one call
 * @property {() => Promise<unknown>} close
 */

/**
 * @typedef {object} Listener
 * @property {(n: number) => void} started the handler of job `n`
 * @property {(ms: number) => void} claimed how long one call for jobs took, empty or not
 */

/**
 * @param {string} name
 * @returns {Promise<System>}
 */
export async function systemOf(name) {
  return name === 'rota' ? (await import('./rota.mjs')).rota : (await import('./graphile.mjs')).graphile
}
