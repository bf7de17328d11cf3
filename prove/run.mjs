/**
 * Named proofs of what rota promises. `npm run prove` lists them; `npm run prove NAME [-- --seed N ...]` does one, prints its
 * figures and its seed, and exits with 1 when the claim is untrue; `npm run prove short` does all that have a short variant,
 * `npm run prove all` does everything at full length.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { drawSeed, seededRandom } from './kit/random.mjs'

/** @typedef {import('./kit/proof.mjs').Proof} Proof */
/** @typedef {import('./kit/proof.mjs').Verdict} Verdict */

/** Loaded one by one: a proof that cannot even be loaded fails alone. @type {Readonly<Record<string, () => Promise<Proof>>>} */
const proofs = {
  'fresh-clone': async () => (await import('./fresh-clone.mjs')).freshClone,
  'kill-worker': async () => (await import('./kill-worker.mjs')).killWorker,
  'three-workers': async () => (await import('./three-workers.mjs')).threeWorkers,
  'scheduler-faults': async () => (await import('./scheduler-faults.mjs')).schedulerFaults,
  'postgres-faults': async () => (await import('./postgres-faults.mjs')).postgresFaults,
  'postgres-13': async () => (await import('./postgres-13.mjs')).postgres13,
  'postgres-pgbouncer': async () => (await import('./postgres-pgbouncer.mjs')).postgresPgbouncer,
  'clock-jumps': async () => (await import('./clock-jumps.mjs')).clockJumps,
  'bench-sqlite': async () => (await import('./bench-sqlite.mjs')).benchSqlite,
  'bench-postgres': async () => (await import('./bench-postgres.mjs')).benchPostgres,
  'unknown-tasks': async () => (await import('./unknown-tasks.mjs')).unknownTasks,
  'flat-memory': async () => (await import('./flat-memory.mjs')).flatMemory,
  'start-time': async () => (await import('./start-time.mjs')).startTime,
  'schedule-vectors': async () => (await import('./schedule-vectors.mjs')).scheduleVectors,
  'schedule-brute-force': async () => (await import('./schedule-brute-force.mjs')).scheduleBruteForce,
  'schedule-speed': async () => (await import('./schedule-speed.mjs')).scheduleSpeed,
  'many-schedules': async () => (await import('./many-schedules.mjs')).manySchedules,
  'daylight-saving-story': async () => (await import('./daylight-saving-story.mjs')).daylightSavingStory,
  'cli-script': async () => (await import('./cli-script.mjs')).cliScript,
  'competing-instances': async () => (await import('./competing-instances.mjs')).competingInstances,
  'lifecycle-shutdown': async () => (await import('./lifecycle-shutdown.mjs')).lifecycleShutdown,
  'lifecycle-leaks': async () => (await import('./lifecycle-leaks.mjs')).lifecycleLeaks,
  'lifecycle-size': async () => (await import('./lifecycle-size.mjs')).lifecycleSize,
  'tasker-size': async () => (await import('./tasker-size.mjs')).taskerSize,
  'postgres-conformance': async () => (await import('./postgres-conformance.mjs')).postgresConformance,
  'postgres-transactional-enqueue': async () =>
    (await import('./postgres-transactional-enqueue.mjs')).postgresTransactionalEnqueue,
  'postgres-start': async () => (await import('./postgres-start.mjs')).postgresStart,
  'postgres-transactions': async () => (await import('./postgres-transactions.mjs')).postgresTransactions,
  'postgres-full-store': async () => (await import('./postgres-full-store.mjs')).postgresFullStore,
  'postgres-idle': async () => (await import('./postgres-idle.mjs')).postgresIdle,
  'postgres-routines': async () => (await import('./postgres-routines.mjs')).postgresRoutines,
  'isolation-faults': async () => (await import('./isolation-faults.mjs')).isolationFaults,
  'bundle-traces': async () => (await import('./bundle-traces.mjs')).bundleTraces,
  'type-refusals': async () => (await import('./type-refusals.mjs')).typeRefusals,
  'stack-types-scale': async () => (await import('./stack-types-scale.mjs')).stackTypesScale,
  'stack-dev': async () => (await import('./stack-dev.mjs')).stackDev,
  'packed-tarball': async () => (await import('./packed-tarball.mjs')).packedTarball,
  'config-mistakes': async () => (await import('./config-mistakes.mjs')).configMistakes,
  verify: async () => (await import('./verify.mjs')).verify,
}

const [name, ...rest] = process.argv.slice(2)
process.exitCode = await main(name, rest).catch(sayMistake)

/**
 * @param {string | undefined} name
 * @param {string[]} args
 */
async function main(name, args) {
  if (name === undefined) return list()
  if (name === 'all' || name === 'short') return proveEach(name === 'short')
  const load = proofs[name]
  if (load === undefined) {
    console.error(`prove: expected one of ${Object.keys(proofs).join(', ')}, all or short, got "${name}"`)
    return 2
  }
  const proof = await load()
  const parsed = readOptions(name, proof, args)
  return (await proveOne(name, proof, parsed.values, parsed.seed, parsed.file)) ? 0 : 1
}

/**
 * A wrong option is a sentence, not a stack.
 * @param {unknown} error
 */
function sayMistake(error) {
  if (!(error instanceof TypeError)) throw error
  console.error(error.message)
  return 2
}

async function list() {
  for (const [name, load] of Object.entries(proofs)) {
    const { claims, takes, file, options, short } = await load()
    console.log(`${name}\n  ${claims}\n  takes ${takes}${short === undefined ? '' : '; has a short variant'}`)
    if (file !== undefined) console.log(`  FILE: ${file}`)
    for (const [option, { default: value, says }] of Object.entries(options))
      console.log(`  --${option} ${value}: ${says}`)
  }
  console.log('\nnpm run prove NAME [-- --seed N --short ...] | npm run prove short | npm run prove all')
  return 0
}

/** @param {boolean} short */
async function proveEach(short) {
  /** @type {string[]} */
  const untrue = []
  let done = 0
  for (const [name, load] of Object.entries(proofs)) {
    const proof = await load()
    if (short && proof.short === undefined) continue
    done += 1
    const values = { ...defaults(proof), ...(short ? proof.short : {}) }
    if (!(await proveOne(name, proof, values, drawSeed()))) untrue.push(name)
  }
  console.log(`\n${done - untrue.length} of ${done} true${untrue.length > 0 ? `; untrue: ${untrue.join(', ')}` : ''}`)
  return untrue.length === 0 ? 0 : 1
}

/** @param {Proof} proof */
function defaults(proof) {
  return Object.fromEntries(Object.entries(proof.options).map(([option, { default: value }]) => [option, value]))
}

/**
 * @param {string} name
 * @param {Proof} proof
 * @param {string[]} args
 */
function readOptions(name, proof, args) {
  /** @type {import('node:util').ParseArgsConfig['options']} */
  const accepted = { seed: { type: 'string' }, short: { type: 'boolean' } }
  for (const [option, { default: value }] of Object.entries(proof.options)) {
    accepted[option] = { type: typeof value === 'boolean' ? 'boolean' : 'string' }
  }
  const { values, positionals } = parseArgs({ args, options: accepted, allowPositionals: proof.file !== undefined })
  const chosen = { ...defaults(proof), ...(values['short'] === true ? proof.short : {}) }
  for (const option of Object.keys(proof.options)) {
    const given = values[option]
    if (typeof given === 'string') chosen[option] = wholeNumber(`--${option}`, given)
    if (typeof given === 'boolean') chosen[option] = given
  }
  if (values['short'] === true && proof.short === undefined)
    throw new TypeError(`prove ${name}: it has no short variant`)
  return {
    values: chosen,
    file: positionals[0] ?? null,
    seed: typeof values['seed'] === 'string' ? wholeNumber('--seed', values['seed']) : drawSeed(),
  }
}

/**
 * @param {string} option
 * @param {string} text
 */
function wholeNumber(option, text) {
  if (!/^\d{1,10}$/.test(text)) throw new TypeError(`${option}: expected a whole number, got "${text}"`)
  return Number(text)
}

/**
 * @param {string} name
 * @param {Proof} proof
 * @param {Readonly<Record<string, number | boolean>>} values
 * @param {number} seed
 * @param {string | null} [file]
 */
async function proveOne(name, proof, values, seed, file = null) {
  const given = Object.entries(values).map(([option, value]) => `${option} ${value}`)
  console.log(`\n${name}: ${proof.claims}\n  ${[`seed ${seed}`, ...given].join(', ')}`)
  const folder = mkdtempSync(join(tmpdir(), `rota-prove-${name}-`))
  const startedAt = performance.now()
  /** @type {Verdict} */
  let verdict
  try {
    verdict = await proof.prove({
      numbers: only('number', values),
      switches: only('boolean', values),
      seed,
      random: seededRandom(seed),
      file,
      folder,
      say: (text) => console.log(`  ... ${text}`),
    })
  } catch (error) {
    console.error(error)
    verdict = { figures: {}, findings: [{ expected: 'the proof runs to its end', got: String(error), holds: false }] }
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  const holds = verdict.findings.length > 0 && verdict.findings.every((one) => one.holds)
  printVerdict(verdict, `${name}: ${holds ? 'TRUE' : 'UNTRUE'} (${seconds} s, seed ${seed})`)
  if (holds) rmSync(folder, { recursive: true, force: true })
  else console.log(`  evidence is kept in ${folder}`)
  return holds
}

/**
 * @param {Verdict} verdict
 * @param {string} sentence
 */
function printVerdict({ figures, findings }, sentence) {
  for (const [label, value] of Object.entries(figures)) console.log(`  ${label.padEnd(24)} ${value}`)
  for (const { expected, got, holds } of findings) console.log(`  ${holds ? 'yes' : 'NO '}  ${expected}: ${got}`)
  console.log(sentence)
}

/**
 * @template {'number' | 'boolean'} Kind
 * @param {Kind} kind
 * @param {Readonly<Record<string, number | boolean>>} values
 */
function only(kind, values) {
  const fitting = Object.entries(values).filter(([, value]) => typeof value === kind)
  return /** @type {Record<string, Kind extends 'number' ? number : boolean>} */ (Object.fromEntries(fitting))
}
