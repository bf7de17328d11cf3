import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from './kit/command.mjs'
import { mistakesIn, tellsOf } from './kit/mistakes.mjs'
import { finding, none } from './kit/proof.mjs'

const root = join(import.meta.dirname, '..')

/** A command that judges a file and ends; a slow machine may take its time. */
const WITHIN_MS = 60_000

/** @type {import('./kit/proof.mjs').Proof} */
export const configMistakes = {
  claims: 'a config with 25 mistakes gives 25 messages, each naming its place, and nothing is started',
  takes: '2 s, one process at a time',
  options: {},
  short: {},

  async prove({ folder }) {
    const app = join(folder, 'shop')
    cpSync(join(root, 'test', 'data', 'config-mistakes'), app, { recursive: true })
    const before = readdirSync(app, { recursive: true, encoding: 'utf8' }).sort()
    const seeded = ['rota.jsonc', join('mailing', 'stack.jsonc')].flatMap((file) =>
      mistakesIn(file, readFileSync(join(app, file), 'utf8')),
    )
    const store = join(app, 'store.db')
    const env = { ...process.env, ROTA_URL: `sqlite:${store}` }
    /** @param {string[]} args */
    const check = (...args) =>
      runCommand(process.execPath, [join(root, 'dist', 'cli', 'bin.js'), 'check', ...args], {
        cwd: app,
        env,
        withinMs: WITHIN_MS,
      })

    const { code, output, seconds } = await check()
    const lines = output.trimEnd().split('\n')
    const [summary = '', messages] = [lines.at(-1), lines.slice(0, -1)]
    const json = await check('--json')
    const document = /** @type {{ problems: readonly { line: number | null }[] }} */ (JSON.parse(json.output))
    return {
      figures: {
        'mistakes seeded': seeded.length,
        messages: messages.length,
        'rota check, ms': Math.round(seconds * 1000),
      },
      findings: [
        finding('there are 25 mistakes', seeded.length === 25, seeded.length),
        finding('there are 25 messages', messages.length === 25, messages.length),
        none(
          'mistakes whose place and message are not told',
          seeded.filter((one, at) => !tellsOf(messages[at] ?? '', one)),
        ),
        finding('the last line sums up', summary.startsWith('25 mistakes in rota.jsonc'), summary),
        finding('a program hears of as many', document.problems.length === 25, document.problems.length),
        none(
          'of which have no line',
          document.problems.filter(({ line }) => line === null),
        ),
        finding('the exit code is 1', code === 1 && json.code === 1, `${code} and ${json.code}`),
        finding('no store is opened', !existsSync(store), existsSync(store) ? 'a file' : 'none'),
        none(
          'files that were not there before',
          readdirSync(app, { recursive: true, encoding: 'utf8' }).filter((file) => !before.includes(file)),
        ),
      ],
    }
  },
}
