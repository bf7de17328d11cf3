import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { judgeTargets } from '../bench/targets.mjs'
import { runCommand, tail } from './kit/command.mjs'
import { finding } from './kit/proof.mjs'

const root = join(import.meta.dirname, '..')

/** @type {import('./kit/proof.mjs').Proof} */
export const benchSqlite = {
  claims: 'the figures of the SQLite column are reached, beside floor and plainjob in the same run',
  takes: '30 minutes, up to 5 processes, 1.5 GB, 10 GB of disk; on a quiet machine, since it measures time',
  options: {
    rounds: { default: 5, says: 'interleaved rounds' },
    quick: { default: false, says: 'smaller loads, for a first look' },
  },

  async prove({ numbers: { rounds = 5 }, switches: { quick = false }, folder, say }) {
    const out = join(folder, 'results.json')
    const args = [
      join(root, 'bench', 'run.mjs'),
      '--rounds',
      String(rounds),
      '--out',
      out,
      ...(quick ? ['--quick'] : []),
    ]
    const { code, output, seconds } = await runCommand(process.execPath, args, { cwd: root, withinMs: 7_200_000 })
    if (code !== 0) throw new Error(`npm run bench: expected exit 0, got ${String(code)}\n${tail(output, 30)}`)
    const { machine, results } = /** @type {import('../bench/report.mjs').Report} */ (
      JSON.parse(readFileSync(out, 'utf8'))
    )
    say(`measured in ${seconds.toFixed(0)} s`)
    return {
      figures: machine,
      findings: judgeTargets(results).map(({ says, got, reached }) =>
        finding(says, reached !== 'no', reached === 'yes' ? got : `${got} (${reached})`),
      ),
    }
  },
}
