import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { median } from '../bench/statistics.mjs'
import { loadConfig } from '../dist/config/load-config.js'
import { declarationFile, writeDeclaration } from '../dist/stack/declaration/write-declaration.js'
import { runCommand } from './kit/command.mjs'
import { finding } from './kit/proof.mjs'

const root = join(import.meta.dirname, '..')
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')

/** Instantiations of types that one more task, which is called, may cost: 250 (TypeScript 6.0, November 2026), and half of that again. */
const INSTANTIATIONS_PER_TASK_MAX = 375

/** @type {import('./kit/proof.mjs').Proof} */
export const stackTypesScale = {
  claims:
    'tsc of a project with 300 tasks takes less than twice the time of the same project with 3, also with isolatedModules, verbatimModuleSyntax and project references; a wrong payload fails it',
  takes: '40 s, one process at a time, 300 MB; on a quiet machine, unless it is short',
  options: {
    many: { default: 300, says: 'tasks of the large project' },
    few: { default: 3, says: 'tasks of the small project' },
    repeats: { default: 5, says: 'how often each is compiled' },
    time: { default: true, says: 'whether the time counts' },
  },
  short: { many: 60, repeats: 1, time: false },

  async prove({ folder, numbers: { many = 300, few = 3, repeats = 5 }, switches: { time = false } }) {
    const small = await makeProject(join(folder, 'small'), few)
    const large = await makeProject(join(folder, 'large'), many)
    /** @type {Compiled[]} */
    const ofSmall = []
    /** @type {Compiled[]} */
    const ofLarge = []
    for (let round = 0; round < repeats; round++) {
      ofSmall.push(await compile(small))
      ofLarge.push(await compile(large))
    }
    const [one] = ofSmall
    const [other] = ofLarge
    const perTask = ((other?.instantiations ?? 0) - (one?.instantiations ?? 0)) / (many - few)
    const seconds = [ofSmall, ofLarge].map((all) => median(all.map((each) => each.seconds)))
    const [slow = 0, quick = 1] = [seconds[1], seconds[0]]
    const wrong = await wrongPayloads(small)
    const references = await compileReferences(join(folder, 'references'), few)
    return {
      figures: {
        [`tsc of ${few} tasks, s`]: quick.toFixed(2),
        [`tsc of ${many} tasks, s`]: slow.toFixed(2),
        ratio: (slow / quick).toFixed(2),
        [`instantiations, ${few} tasks`]: one?.instantiations ?? 0,
        [`instantiations, ${many} tasks`]: other?.instantiations ?? 0,
        'instantiations per task': perTask.toFixed(1),
      },
      findings: [
        finding(
          'both projects compile',
          [one, other].every((each) => each?.code === 0),
          told(one, other),
        ),
        finding(
          `fewer than ${INSTANTIATIONS_PER_TASK_MAX} instantiations for one more task`,
          perTask < INSTANTIATIONS_PER_TASK_MAX,
          perTask.toFixed(1),
        ),
        ...(time ? [finding('less than twice the time', slow < 2 * quick, `${(slow / quick).toFixed(2)} times`)] : []),
        finding('wrong payloads do not compile: lines 3 to 6, and no other', wrong.join() === '3,4,5,6', wrong.join()),
        finding('compiles over project references', references.code === 0, references.output),
      ],
    }
  },
}

/** @typedef {{ readonly code: number | null, readonly seconds: number, readonly instantiations: number, readonly output: string }} Compiled */

/**
 * A project as an application developer has it: functions, a config, its declaration, and a program that calls every task.
 * @param {string} folder
 * @param {number} tasks
 */
async function makeProject(folder, tasks) {
  const numbers = Array.from({ length: tasks }, (_, at) => at)
  mkdirSync(join(folder, 'src'), { recursive: true })
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(dirname(import.meta.dirname), join(folder, 'node_modules', 'rota'), 'dir')
  for (const number of numbers) writeFileSync(join(folder, 'src', `task-${number}.ts`), functionText(number))
  const calls = numbers.map(
    (n) => `await Task.orders.task${n}({ id: '${n}', items: [{ product${n}: 'p', quantity: 1 }] })\n`,
  )
  writeFileSync(join(folder, 'src', 'main.ts'), `import { Task } from 'rota'\n${calls.join('')}`)
  writeJson(folder, 'package.json', { name: 'app', type: 'module' })
  writeJson(folder, 'rota.json', {
    stacks: { orders: { tasks: Object.fromEntries(numbers.map((n) => [`task${n}`, `./src/task-${n}.ts`])) } },
  })
  writeJson(folder, 'tsconfig.json', { compilerOptions: compilerOptions(), include: ['src', 'rota.d.ts'] })
  const config = await loadConfig(folder)
  await writeDeclaration(config, declarationFile(config))
  return folder
}

/** @param {number} number */
function functionText(number) {
  return `export interface Order${number} {
  readonly id: string
  readonly items: readonly { readonly product${number}: string; readonly quantity: number }[]
}
export default async (order: Order${number}): Promise<{ count: number }> => ({ count: order.items.length })
`
}

/** A careful user's options; `skipLibCheck` would leave the declaration itself unchecked. */
function compilerOptions() {
  return {
    target: 'es2023',
    module: 'nodenext',
    strict: true,
    noEmit: true,
    isolatedModules: true,
    verbatimModuleSyntax: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules', '@types')],
  }
}

/** @param {string} folder */
async function compile(folder) {
  return run(['-p', folder, '--extendedDiagnostics'], folder)
}

/**
 * @param {string[]} args
 * @param {string} cwd
 * @returns {Promise<Compiled>}
 */
async function run(args, cwd) {
  const { code, output, seconds } = await runCommand(process.execPath, [compiler, ...args], { cwd })
  return { code, output, seconds, instantiations: Number(/^Instantiations:\s+(\d+)/m.exec(output)?.[1] ?? 0) }
}

/**
 * The lines of a program with wrong calls that do not compile.
 * @param {string} folder
 */
async function wrongPayloads(folder) {
  const lines = [
    `import { Task } from 'rota'`,
    `await Task.orders.task0({ id: '0', items: [] })`,
    `await Task.orders.task0({ id: 0, items: [] })`,
    `await Task.orders.task0({ id: '0' })`,
    `await Task.orders.task0({ id: '0', items: [], more: true })`,
    `await Task.orders.task9999({ id: '0', items: [] })`,
  ]
  writeFileSync(join(folder, 'src', 'wrong.ts'), `${lines.join('\n')}\n`)
  const { output } = await run(['-p', folder, '--pretty', 'false', '--skipLibCheck'], folder)
  return [...new Set([...output.matchAll(/src\/wrong\.ts\((\d+),/g)].map((match) => Number(match[1])))].sort()
}

/**
 * A web server that is a project of its own, and refers to the one of the tasks.
 * @param {string} folder
 * @param {number} tasks
 */
async function compileReferences(folder, tasks) {
  await makeProject(join(folder, 'worker'), tasks)
  const options = { ...compilerOptions(), noEmit: false, composite: true, outDir: 'dist', skipLibCheck: true }
  writeJson(join(folder, 'worker'), 'tsconfig.json', { compilerOptions: options, include: ['src', 'rota.d.ts'] })
  mkdirSync(join(folder, 'web', 'node_modules'), { recursive: true })
  symlinkSync(dirname(import.meta.dirname), join(folder, 'web', 'node_modules', 'rota'), 'dir')
  writeJson(join(folder, 'web'), 'package.json', { name: 'web', type: 'module' })
  const call = `await Task.orders.task0({ id: '0', items: [{ product0: 'p', quantity: 1 }] })`
  writeFileSync(join(folder, 'web', 'server.ts'), `import { Task } from 'rota'\n${call}\n`)
  writeJson(join(folder, 'web'), 'tsconfig.json', {
    compilerOptions: options,
    files: ['server.ts', '../worker/rota.d.ts'],
    references: [{ path: '../worker' }],
  })
  return run(['-b', join(folder, 'web')], folder)
}

/**
 * @param {string} folder
 * @param {string} file
 * @param {unknown} value
 */
function writeJson(folder, file, value) {
  writeFileSync(join(folder, file), `${JSON.stringify(value, null, 2)}\n`)
}

/** @param {(Compiled | undefined)[]} compiled */
function told(...compiled) {
  const failed = compiled.find((each) => each?.code !== 0)
  return failed === undefined ? 'yes' : failed.output.slice(0, 600)
}
