import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describeDriver } from './driver.mjs'
import { plan } from './plan.mjs'
import { judgeTargets } from './targets.mjs'

/** @type {import('./report.mjs').Store} */
export const sqlite = {
  name: 'sqlite',
  plan,
  judge: judgeTargets,
  columns: ['rota', 'floor', 'plainjob'],
  ratios: ['floor', 'plainjob'],
  strongest: {
    entry: 'process-100k',
    subject: 'floor-500',
    says: 'The floor claims 100 jobs at a time. In batches of 500 it processes',
  },
  marks: ['<!-- bench: begin; written by `npm run bench` -->', '<!-- bench: end -->'],
  resultsFile: 'results.json',

  start: async (folder) => ({ facts: { driver: describeDriver() }, places: placesIn(folder) }),
}

/**
 * A file for each measurement. A store with a backlog is filled once and copied for each round.
 * @param {string} folder
 * @returns {import('./rounds.mjs').Places}
 */
function placesIn(folder) {
  const fresh = join(folder, 'fresh')
  return {
    async make(subject, backlog, fill) {
      mkdirSync(fresh, { recursive: true })
      const file = join(fresh, `${subject}.db`)
      if (backlog === undefined) return { file }
      const filled = join(folder, `${subject}-${backlog.jobs}-${backlog.delayed ?? 0}.db`)
      if (!existsSync(filled)) {
        await fill({ file: filled })
        if (existsSync(`${filled}-wal`))
          throw new Error(`${subject}: expected a closed store to be one file, got a -wal beside it`)
      }
      copyFileSync(filled, file)
      return { file }
    },
    remove: async () => rmSync(fresh, { recursive: true, force: true }),
    close: async () => undefined,
  }
}
