import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createRota, task } from 'rota'
import { createIsolatedRunner } from '../dist/isolation/create-isolated-runner.js'
import { createBundler } from '../dist/stack/bundle/create-bundler.js'
import { finding } from './kit/proof.mjs'

/** Small enough that only its own cost is measured. */
const REBUILD_MS_MAX = 200

/** Rounds whose middle counts: one may meet a machine that does something else. */
const ROUNDS = 7

/** @type {import('./kit/proof.mjs').Proof} */
export const bundleTraces = {
  claims:
    'a bundled, minified task fails with the file and line of its source on record; a small task is built again in under 200 ms',
  takes: '5 seconds, 3 processes, 200 MB',
  options: { time: { default: true, says: 'whether the time of a build counts' } },
  short: { time: false },

  async prove({ folder, switches: { time = false } }) {
    const bundler = createBundler({ folder })
    write(folder, 'src/charge.ts', sourceOf(1))
    write(folder, 'src/index.ts', "export { charge as default } from './charge.js'\n")
    mkdirSync(join(folder, 'node_modules'))
    symlinkSync(dirname(import.meta.dirname), join(folder, 'node_modules', 'rota'), 'dir')
    const file = join(folder, 'src/index.ts')
    const code = { file, minify: true, external: [], importAsString: [], moduleSideEffects: [] }
    const target = { task: 'prove:charge', handler: 'index.default', code }
    const built = await bundler.build(target)
    const stack = await failOnce(built.file)
    const times = await rebuild(bundler, target, folder)
    await bundler.close()
    const middle = times.sort((one, other) => one - other)[Math.floor(times.length / 2)] ?? NaN
    const line = `${join(folder, 'src/charge.ts')}:6:`
    return {
      figures: {
        'first build': `${built.tookMs.toFixed(0)} ms`,
        'builds again': times.map((ms) => ms.toFixed(0)).join(', ') + ' ms from the change to the bundle',
        stack: stack.split('\n')[1]?.trim() ?? '',
      },
      findings: [
        finding('the error on record names its source, line 6', stack.includes(line), stack.split('\n')[1] ?? stack),
        ...(time
          ? [finding(`the middle build takes under ${REBUILD_MS_MAX} ms`, middle < REBUILD_MS_MAX, middle)]
          : []),
        finding('every change was built', times.length === ROUNDS, times.length),
      ],
    }
  },
}

/** @param {number} version */
function sourceOf(version) {
  return `import { getContext } from 'rota'

/** Version ${version}. */
export async function charge(): Promise<never> {
  const { id } = getContext().job
  throw new Error(\`cannot charge \${id}\`)
}

export const version = ${version}
`
}

/**
 * Runs the bundle as a job; gives the stack on record.
 * @param {string} file
 */
async function failOnce(file) {
  const runner = createIsolatedRunner({ what: 'task "prove:charge"', file, memoryBytes: 128 * 1024 * 1024 })
  const charge = task('prove:charge', { maxTries: 1, run: runner.run })
  const rota = createRota({ url: 'memory:', tasks: [charge] })
  await rota.startWorker()
  const job = await rota.enqueue(charge)
  /** @type {{ stack?: string, cause?: { stack?: string } }} */
  let error = {}
  try {
    await job.result()
  } catch (thrown) {
    error = /** @type {typeof error} */ (thrown)
  }
  await rota.close()
  await runner.close()
  return error.cause?.stack ?? error.stack ?? ''
}

/**
 * How long each change takes until there is a bundle of it.
 * @param {import('../dist/stack/bundle/create-bundler.js').Bundler} bundler
 * @param {import('../dist/stack/bundle/bundle-target.js').BundleTarget} target
 * @param {string} folder
 */
async function rebuild(bundler, target, folder) {
  /** @type {(() => void) | null} */
  let heard = null
  const times = []
  const awake = setInterval(() => undefined, 1000) // a watch keeps no program up
  await bundler.watch(target, { built: () => heard?.(), failed: (error) => console.error(error.message) })
  for (let round = 2; round < 2 + ROUNDS; round++) {
    const built = new Promise((/** @type {(value: void) => void} */ resolve) => (heard = resolve))
    const startedAt = performance.now()
    write(folder, 'src/charge.ts', sourceOf(round).replaceAll('cannot charge', `cannot charge (${round})`))
    await built
    times.push(performance.now() - startedAt)
  }
  clearInterval(awake)
  return times
}

/**
 * @param {string} folder
 * @param {string} name
 * @param {string} text
 */
function write(folder, name, text) {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), text)
}
