import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkFloors } from '../scripts/floors.mjs'
import { isCode, isProduct, listFiles } from '../scripts/source-tree.mjs'
import { median } from '../bench/statistics.mjs'
import { runCommand, tail } from './kit/command.mjs'
import { finding } from './kit/proof.mjs'

const root = join(import.meta.dirname, '..')

/** @type {import('./kit/proof.mjs').Proof} */
export const verify = {
  claims: '`npm run verify` is green, no import cycle, no file over 500 lines, median of the source files under 130',
  takes: '3 minutes, 2 processes, 2 GB',
  options: {},

  async prove({ say }) {
    const { code, output, seconds } = await runCommand('npm', ['run', 'verify'], { cwd: root, withinMs: 1_800_000 })
    if (code !== 0) say(tail(output, 40))
    const files = listFiles(root)
    const lengths = files.filter(isCode).map((file) => ({ file, lines: lineCount(file) }))
    const longest = lengths.reduce((a, b) => (a.lines >= b.lines ? a : b))
    const middle = median(lengths.filter(({ file }) => isProduct(file)).map(({ lines }) => lines))
    const { figures } = checkFloors(root, files)
    const cycles = /(\d+) cycles/.exec(figures)?.[1] ?? 'unknown'
    return {
      figures: { verify: `${seconds.toFixed(0)} s`, floors: figures },
      findings: [
        finding('npm run verify exits with 0', code === 0, String(code)),
        finding('import cycles: 0', cycles === '0', cycles),
        finding('no file over 500 lines', longest.lines <= 500, `longest ${longest.lines} (${longest.file})`),
        finding('median of the source files under 130 lines', middle < 130, middle),
      ],
    }
  },
}

/** @param {string} file */
const lineCount = (file) => readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length
