import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand, tail } from './kit/command.mjs'
import { finding } from './kit/proof.mjs'
import { RunningCommand } from './kit/running-command.mjs'

const root = join(import.meta.dirname, '..')

/** From the work order. */
const COMMANDS_MAX = 5

/** Only what hangs takes so long; a registry may be slow. */
const WITHIN_MS = 170_000

/** What goes on until somebody ends it; the next command is typed in another terminal. */
const STAYS = /\brota dev\b/

/** @type {import('./kit/proof.mjs').Proof} */
export const packedTarball = {
  claims:
    'the commands of the README, typed in an empty folder beside the packed tarball, run a first job: at most five of them',
  takes: '30 s, up to 6 processes, 500 MB, the package registry',
  options: {
    types: {
      default: true,
      says: 'whether the types of the package are compiled there, and rota init is run from the tarball',
    },
  },
  short: { types: false },

  async prove({ folder, switches: { types = false }, say }) {
    const { after, before, stays } = readmeCommands()
    const tarball = await pack(join(folder, 'rota'))
    const app = join(folder, 'my-app')
    mkdirSync(app)
    const startedAt = performance.now()
    /** @type {Record<string, string>} */
    const took = {}
    const step = async (/** @type {string} */ command, /** @type {Promise<unknown>} */ done) => {
      const from = performance.now()
      await done
      took[command] = `${((performance.now() - from) / 1000).toFixed(1)} s`
      say(`${command}: ${took[command]}`)
    }
    for (const command of before) await step(command, type(command, app))
    const dev = new RunningCommand('sh', ['-c', stays], { cwd: app, env: environment(), withinMs: WITHIN_MS })
    await step(stays, dev.shows('dev: running my-app'))
    for (const command of after) await step(command, type(command, app))
    await dev.shows('worker: completed task=my-app:hello')
    const total = (performance.now() - startedAt) / 1000
    dev.interrupt()
    await dev.ended
    const greets = dev.output.includes('my-app:hello: Hello, world! ')
    const count = before.length + 1 + after.length
    return {
      figures: { ...took, 'to the first job, s': total.toFixed(1) },
      findings: [
        finding(`at most ${COMMANDS_MAX} commands to the first job`, count <= COMMANDS_MAX, count),
        finding('the job prints its greeting', greets, greets ? 'yes' : tail(dev.output)),
        finding('rota dev stops when it is interrupted', dev.output.includes('stopped'), tail(dev.output, 1)),
        ...(types ? [await compiles(app), await initFromTarball(folder, tarball)] : []),
      ],
    }
  },
}

/** The first block of commands of the README that has `rota init` in it. */
function readmeCommands() {
  const text = readFileSync(join(root, 'README.md'), 'utf8')
  const blocks = [...text.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, block = '']) => block)
  const block = blocks.find((one) => one.includes('rota init'))
  if (block === undefined) throw new Error('packed-tarball: expected commands with "rota init" in the README, got none')
  const lines = block.split('\n').map((line) => line.replace(/\s#.*$/, '').trim())
  const commands = lines.filter((line) => line !== '' && !line.startsWith('#'))
  const at = commands.findIndex((line) => STAYS.test(line))
  return { before: commands.slice(0, at), stays: commands[at] ?? '', after: commands.slice(at + 1) }
}

/**
 * The package as it would be published; what is built is packed.
 * @param {string} folder
 */
async function pack(folder) {
  mkdirSync(folder)
  const { code, output } = await runCommand('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
    env: environment(),
  })
  const [tarball] = readdirSync(folder)
  if (code !== 0 || tarball === undefined) throw new Error(`npm pack ended with ${String(code)}: ${tail(output)}`)
  return join(folder, tarball)
}

/**
 * @param {string} command
 * @param {string} cwd
 */
async function type(command, cwd) {
  const { code, output } = await runCommand('sh', ['-c', command], { cwd, env: environment(), withinMs: WITHIN_MS })
  if (code !== 0) throw new Error(`${command} ended with ${String(code)}:\n${tail(output)}`)
}

/** Nothing of an npm around us, and nothing of the store of whoever runs the proof. A registry that stumbles is asked again. */
function environment() {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:ROTA_|npm_|NODE_OPTIONS$|INIT_CWD$|VITEST)/.test(name),
  )
  return { ...Object.fromEntries(kept), npm_config_fetch_retries: '5', npm_config_prefer_offline: 'true' }
}

/**
 * The types, as a user's compiler meets them.
 * @param {string} app
 */
async function compiles(app) {
  const [call = ''] = [
    ...readFileSync(join(root, 'docs', 'dev.md'), 'utf8').matchAll(/^```ts\n(import [^]*?)^```$/gm),
  ].map(([, block = '']) => block)
  writeFileSync(join(app, 'src', 'invoke.ts'), call)
  const { code, output } = await runCommand('npx', ['tsc'], { cwd: app, env: environment() })
  return finding('a call of the task compiles', code === 0, code === 0 ? 'yes' : tail(output))
}

/**
 * As whoever has nothing but the tarball.
 * @param {string} folder
 * @param {string} tarball
 */
async function initFromTarball(folder, tarball) {
  const around = { cwd: folder, env: environment() }
  const made = await runCommand('npx', ['--yes', `--package=${tarball}`, 'rota', 'init', 'other'], around)
  const install = await runCommand('npm', ['install'], { ...around, cwd: join(folder, 'other') })
  const check = await runCommand('npx', ['rota', 'check'], { ...around, cwd: join(folder, 'other') })
  const isDone = [made, install, check].every(({ code }) => code === 0)
  return finding(
    'rota init of the tarball writes a project that npm installs',
    isDone,
    isDone ? 'yes' : tail(made.output + install.output + check.output),
  )
}
