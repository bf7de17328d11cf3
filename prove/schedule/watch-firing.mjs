/**
 * Watches a store while a scheduler works on it: when it asks what is due, and when the jobs of a tick are durable.
 */

/** @typedef {import('rota/sqlite').SqliteTx} SqliteTx */
/** @typedef {import('rota/port').Backend<SqliteTx>} Backend */

/**
 * One instant at which schedules were due.
 * @typedef {object} Round
 * @property {number} tick the instant
 * @property {number} fired jobs that were made for it
 * @property {number} tickMs from the first question what is due, or from the instant when it was asked before, to the last commit
 * @property {readonly number[]} lateMs for each job, from the instant to the commit that made it
 */

/**
 * @param {Backend} backend
 * @returns {{ backend: Backend, rounds: () => readonly Round[] }}
 */
export function watchFiring(backend) {
  /** @type {Map<number, { fired: number, startedAt: number, endedAt: number, lateMs: number[] }>} */
  const byTick = new Map()
  let askedAt = 0
  const due = backend.schedules.due.bind(backend.schedules)
  const fire = backend.schedules.fire.bind(backend.schedules)
  backend.schedules.due = async (params) => {
    askedAt = performance.now()
    return due(params)
  }
  backend.schedules.fire = async (params) => {
    const outcomes = await fire(params)
    const now = Date.now()
    for (const [at, { tick, jobs }] of params.fires.entries()) {
      if (tick === null || outcomes[at] !== 'fired') continue
      const startedAt = Math.max(askedAt, performance.now() - (now - tick))
      const round = byTick.get(tick) ?? { fired: 0, startedAt, endedAt: 0, lateMs: [] }
      byTick.set(tick, round)
      round.fired += jobs.length
      round.endedAt = performance.now()
      round.lateMs.push(...jobs.map(() => now - tick))
    }
    return outcomes
  }
  return {
    backend,
    rounds: () =>
      [...byTick].map(([tick, { fired, startedAt, endedAt, lateMs }]) => ({
        tick,
        fired,
        tickMs: endedAt - startedAt,
        lateMs,
      })),
  }
}
