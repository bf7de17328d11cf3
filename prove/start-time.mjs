import { join } from 'node:path'
import { median } from '../bench/statistics.mjs'
import { runCommand } from './kit/command.mjs'
import { finding } from './kit/proof.mjs'

const root = join(import.meta.dirname, '..')

/** Prints how long the import took, measured inside the process: what starting Node costs is not ours. */
const timedImport = `const startedAt = performance.now(); await import('rota'); console.log(performance.now() - startedAt)`

/** @type {import('./kit/proof.mjs').Proof} */
export const startTime = {
  claims: "import 'rota' takes less than 40 ms and `rota --version` less than 100 ms (medians)",
  takes: '5 s, one process at a time; on a quiet machine, since it measures time',
  options: { repeats: { default: 10, says: 'how often each is started' } },

  async prove({ numbers: { repeats = 10 } }) {
    /** @type {number[]} */
    const imports = []
    /** @type {number[]} */
    const versions = []
    /** @type {number[]} */
    const bare = []
    for (let round = 0; round < repeats; round++) {
      bare.push((await node(['-e', '0'])).ms)
      imports.push(Number((await node(['--input-type=module', '-e', timedImport])).output))
      versions.push((await node([join('dist', 'cli', 'bin.js'), '--version'])).ms)
    }
    return {
      figures: {
        'import, ms': spread(imports),
        'rota --version, ms': spread(versions),
        'node -e 0, ms': spread(bare),
      },
      findings: [
        finding("import 'rota' < 40 ms, inside the process", median(imports) < 40, `${median(imports).toFixed(1)} ms`),
        finding(
          'rota --version < 100 ms, the whole process',
          median(versions) < 100,
          `${median(versions).toFixed(1)} ms`,
        ),
      ],
    }
  },
}

/** @param {string[]} args */
async function node(args) {
  const { code, output, seconds } = await runCommand(process.execPath, args, { cwd: root })
  if (code !== 0) throw new Error(`node ${args.join(' ')}: expected exit 0, got ${String(code)}\n${output}`)
  return { output, ms: seconds * 1000 }
}

/** @param {readonly number[]} values */
const spread = (values) =>
  `median ${median(values).toFixed(1)}, ${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)}`
