import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { runCommand, tail } from './kit/command.mjs'
import { finding, none } from './kit/proof.mjs'
import { CTRL_C, TerminalRun } from './kit/pseudo-terminal.mjs'
import { RunningCommand } from './kit/running-command.mjs'
import { ADVANCED, BASIC, CALL, FUNCTION } from './stack-dev/seed.mjs'

const root = join(import.meta.dirname, '..')
const rota = join(root, 'dist', 'cli', 'bin.js')
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')

/** Only what hangs takes so long. */
const WITHIN_MS = 170_000
const TERMINAL_WITHIN_MS = 30_000

/** From the work order: a small task is bundled again within this, and run by the next job. */
const REBUILD_MS_MAX = 200

/** As JSON. */
const ORDER = '{"orderId":"1","customerId":"2","items":[]}'

const WRONG_CALLS = `import { Task } from 'rota'
await Task.myStack.processOrder({ orderId: 123, customerId: '456', items: [] })
await Task.myStack.processOrder({ orderId: '123', customerId: '456', items: [{ productId: 'abc' }] })
await Task.myStack.processOrder({ orderId: '123', customerId: '456' })
await Task.myStack.processOrder({ orderId: '123', customerId: '456', items: [], more: true })
await Task.myStack.cancelOrder({ orderId: '123' })
`

/** @type {import('./kit/proof.mjs').Proof} */
export const stackDev = {
  claims:
    'a project made by rota init runs both configs of seed 003, word for word, under one rota dev; its call type-checks and runs, a wrong payload fails tsc',
  takes: '20 s, up to 5 processes, 400 MB; on a quiet machine, unless it is short',
  options: {
    repeats: { default: 10, says: 'how often a source is changed' },
    time: { default: true, says: 'whether the time counts' },
    terminal: { default: true, says: 'whether it is run in a terminal too' },
  },
  short: { repeats: 1, time: false, terminal: false },

  async prove({ folder, numbers: { repeats = 1 }, switches: { time = false, terminal = false }, say }) {
    const project = new Project(join(folder, 'my-stack'))
    const init = await project.rota('init', '.')
    const again = await project.rota('init', '.')
    project.install()
    project.write({
      'rota.json': BASIC,
      'src/process-order.ts': FUNCTION,
      'src/invoke.ts': CALL,
      'src/wrong.ts': WRONG_CALLS,
    })

    const dev = project.start()
    await dev.shows('dev: running my-stack')
    const types = await project.compile()
    const complaints = types.output.split('\n').filter((line) => line !== '' && !line.startsWith(' '))
    const others = complaints.filter((line) => !line.startsWith('src/wrong.ts('))
    const lines = complaints.map((line) => /^src\/wrong\.ts\((\d+),/.exec(line)?.[1] ?? '')
    const basic = await project.call(dev, 'order 123 of 456, 2 items, key undefined')
    say('runs the first config')

    const place = dev.output.length
    project.write({ 'rota.json': ADVANCED })
    await dev.shows('dev: the config has changed', place)
    const advanced = await project.call(dev, 'order 123 of 456, 2 items, key your-api-key')
    say('runs the second config')

    const rebuilds = await changeSource(project, dev, repeats)
    const source = await breakSource(project, dev)
    const config = await breakConfig(project, dev)
    dev.interrupt()
    const code = await dev.ended
    const slowest = Math.max(...rebuilds.map(({ ms }) => ms))
    const unfit = rebuilds.filter(({ calls }) => !calls)
    return {
      figures: {
        'source changed to rebuilt': `${rebuilds.map(({ ms }) => ms).join(', ')} ms`,
        'rota dev': `one process for all of it, exit ${String(code)}`,
      },
      findings: [
        finding('rota init writes the project', init.code === 0, tail(init.output, 1)),
        finding('a second one says what is there, and ends with 1', again.code === 1, tail(again.output, 1)),
        none('complaints of tsc about the call of the seed', others),
        finding('the first config of the seed runs it', basic, basic ? 'yes' : tail(dev.output)),
        finding('so does the second, with its environment', advanced, advanced ? 'yes' : tail(dev.output)),
        finding('the next job runs what has changed', unfit.length === 0, `${rebuilds.length - unfit.length} times`),
        ...(time ? [finding(`within ${REBUILD_MS_MAX} ms`, slowest < REBUILD_MS_MAX, `${slowest} ms at most`)] : []),
        finding('a mistake in a source is told with its place; what ran before runs on', source, source ? 'yes' : 'no'),
        finding(
          'a mistake in the config is told with its place; what ran before runs on',
          config,
          config ? 'yes' : 'no',
        ),
        finding('wrong payloads do not compile: lines 2 to 6', lines.join() === '2,3,4,5,6', lines.join()),
        finding('rota dev ends with 0 when it is interrupted', code === 0, String(code)),
        ...(terminal ? await inTerminal(project) : []),
      ],
    }
  },
}

/** A project as an application developer has it, beside the package as it is built. */
class Project {
  /** @type {string} */
  #folder

  /** @param {string} folder */
  constructor(folder) {
    this.#folder = folder
    mkdirSync(folder)
  }

  /** What `npm install` does. */
  install() {
    mkdirSync(join(this.#folder, 'node_modules'))
    symlinkSync(root, join(this.#folder, 'node_modules', 'rota'), 'dir')
    symlinkSync(join(root, 'node_modules', '@types'), join(this.#folder, 'node_modules', '@types'), 'dir')
  }

  /**
   * As editors do it: nobody ever reads half a file.
   * @param {Readonly<Record<string, string>>} files
   */
  write(files) {
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(this.#folder, `${name}.draft`), text)
      renameSync(join(this.#folder, `${name}.draft`), join(this.#folder, name))
    }
  }

  /** @param {string[]} args */
  rota(...args) {
    return runCommand(process.execPath, [rota, ...args], { cwd: this.#folder, env: environment() })
  }

  start() {
    const around = { cwd: this.#folder, env: environment(), withinMs: WITHIN_MS }
    return new RunningCommand(process.execPath, [rota, 'dev'], around)
  }

  startInTerminal() {
    return new TerminalRun(`${process.execPath} ${rota} dev`, {
      cwd: this.#folder,
      env: environment(),
      withinMs: WITHIN_MS,
    })
  }

  compile() {
    return runCommand(process.execPath, [compiler, '--pretty', 'false'], { cwd: this.#folder })
  }

  /**
   * Runs the call of the seed as a program of its own; whether its job prints this, and completes.
   * @param {RunningCommand} dev
   * @param {string} expected
   */
  async call(dev, expected) {
    const place = dev.output.length
    const options = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext }
    const source = readFileSync(join(this.#folder, 'src', 'invoke.ts'), 'utf8')
    this.write({ 'invoke.mjs': ts.transpileModule(source, { compilerOptions: options }).outputText })
    const { code, output } = await runCommand(process.execPath, ['invoke.mjs'], {
      cwd: this.#folder,
      env: environment(),
    })
    if (code !== 0) throw new Error(`the call of the seed failed: ${output}`)
    await dev.shows('worker: completed task=my-stack:process-order', place)
    return dev.output.slice(place).includes(`my-stack:process-order: ${expected} `)
  }
}

/** Nothing of the store of whoever runs the proof. */
function environment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:ROTA_|npm_|VITEST)/.test(name)))
}

/**
 * @param {Project} project
 * @param {RunningCommand} dev
 * @param {number} repeats
 */
async function changeSource(project, dev, repeats) {
  /** @type {{ ms: number, calls: boolean }[]} */
  const rebuilds = []
  for (let round = 1; round <= repeats; round++) {
    const place = dev.output.length
    const startedAt = performance.now()
    project.write({ 'src/process-order.ts': FUNCTION.replace('order $', `round ${round}: order $`) })
    await dev.shows('dev: rebuilt task=my-stack:process-order', place)
    const ms = Math.round(performance.now() - startedAt)
    rebuilds.push({ ms, calls: await project.call(dev, `round ${round}: order 123 of 456, 2 items, key your-api-key`) })
  }
  return rebuilds
}

/**
 * @param {Project} project
 * @param {RunningCommand} dev
 */
async function breakSource(project, dev) {
  const place = dev.output.length
  project.write({ 'src/process-order.ts': FUNCTION.replace('console.log(', 'console.log((') })
  await dev.shows('its last bundle runs on', place)
  const isTold = /task "my-stack:process-order" cannot be bundled: src\/process-order\.ts:\d+:\d+: /.test(
    dev.output.slice(place),
  )
  const runs = await project.call(dev, 'order 123 of 456, 2 items, key your-api-key').then(() => true)
  project.write({ 'src/process-order.ts': FUNCTION })
  await dev.shows('dev: rebuilt', place)
  return isTold && runs
}

/**
 * @param {Project} project
 * @param {RunningCommand} dev
 */
async function breakConfig(project, dev) {
  const place = dev.output.length
  project.write({ 'rota.json': ADVANCED.replace('2 minutes', '2 hours') })
  await dev.shows('what ran before runs on', place)
  const isTold = /rota\.json:\d+:\d+: tasks\.processOrder\.consumer\.timeout: expected /.test(dev.output.slice(place))
  // A program beside it reads the same config; one that knows the store needs none.
  await project.rota('task', 'add', 'my-stack:process-order', ORDER, '--url', 'sqlite:.rota/my-stack.db')
  await dev.shows('worker: completed task=my-stack:process-order', place)
  project.write({ 'rota.json': ADVANCED })
  await dev.shows('the config says again what runs', place)
  return isTold
}

/** @param {Project} project */
async function inTerminal(project) {
  const run = project.startInTerminal()
  await run.shows('1 task', TERMINAL_WITHIN_MS)
  await project.rota('task', 'add', 'my-stack:process-order', ORDER)
  await run.shows('completed 1', TERMINAL_WITHIN_MS)
  run.type(CTRL_C)
  const code = await run.ended
  return [finding('on a terminal it shows one screen, and ends with 0 after Ctrl-C', code === 0, String(code))]
}
