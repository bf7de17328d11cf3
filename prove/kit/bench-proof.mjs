import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand, tail } from './command.mjs'
import { finding } from './proof.mjs'

const root = join(import.meta.dirname, '..', '..')

/**
 * That the figures of a store are reached, as `npm run bench` measures and judges them.
 * @param {object} bench
 * @param {string} bench.store as the bench calls it
 * @param {string} bench.claims
 * @param {string} bench.takes
 * @param {(results: import('../../bench/rounds.mjs').Results) => import('../../bench/judge.mjs').Judged[]} bench.judge
 * @returns {import('./proof.mjs').Proof}
 */
export function benchProof({ store, claims, takes, judge }) {
  return {
    claims,
    takes,
    options: {
      rounds: { default: 5, says: 'interleaved rounds' },
      quick: { default: false, says: 'smaller loads, for a first look' },
    },

    async prove({ numbers: { rounds = 5 }, switches: { quick = false }, folder, say }) {
      const out = join(folder, 'results.json')
      const bench = [join(root, 'bench', 'run.mjs'), store]
      const args = [...bench, '--rounds', String(rounds), '--out', out, ...(quick ? ['--quick'] : [])]
      const { code, output, seconds } = await runCommand(process.execPath, args, { cwd: root, withinMs: 7_200_000 })
      if (code !== 0) throw new Error(`npm run bench: expected exit 0, got ${String(code)}\n${tail(output, 30)}`)
      const { machine, results } = /** @type {import('../../bench/report.mjs').Report} */ (
        JSON.parse(readFileSync(out, 'utf8'))
      )
      say(`measured in ${seconds.toFixed(0)} s`)
      return {
        figures: machine,
        findings: judge(results).map(({ says, got, reached }) =>
          finding(says, reached !== 'no', reached === 'yes' ? got : `${got} (${reached})`),
        ),
      }
    },
  }
}
