import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
// @ts-expect-error -- it has no types
import untyped from 'autocannon'
import { Actor, withActors } from './kit/actor.mjs'
import { finding } from './kit/proof.mjs'

const HOST = '127.0.0.1'

/**
 * What is used of it.
 * @typedef {import('node:events').EventEmitter & { stop(): void }} Load
 */
const autocannon = /** @type {(options: { url: string, connections: number, duration: number }) => Load} */ (untyped)

/** From the work order. */
const CONNECTIONS = 200
const LATE_MS_MAX = 1000

/** Of the program under load: far longer than it takes to answer what is under way. */
const GRACE_MS = 30_000

/** Of the program with a request that never ends. */
const SHORT_GRACE_MS = 2000

/** So many answers are a load. */
const ANSWERS_MIN = 1000

/** Only what never happens takes so long. */
const PATIENCE_MS = 20_000

/** @typedef {{ received: number, held: number, answered: number }} Counts */

/** @type {import('./kit/proof.mjs').Proof} */
export const lifecycleShutdown = {
  claims:
    'a server under load of 200 connections that gets SIGTERM answers every request that it has accepted, refuses connections and ends with 0; with a request that never ends it ends in time, not with 0, and names the routine',
  takes: '5 s a round, 2 processes, 200 sockets',
  options: {
    rounds: { default: 5, says: 'how often the program is started, loaded and ended' },
    untimed: { default: false, says: 'judge what is answered and how it ends, not how soon after the grace' },
  },
  short: { rounds: 1, untimed: true },

  async prove({ numbers: { rounds = 0 }, switches: { untimed = false }, random, say }) {
    const findings = []
    let answers = 0
    for (let round = 1; round <= rounds; round++) {
      const { drained, ...rest } = await underLoad(random.between(800, 2000))
      answers += drained
      say(`round ${round}: ${drained} answers`)
      findings.push(...rest.findings.map((one) => ({ ...one, expected: `round ${round}: ${one.expected}` })))
    }
    findings.push(...(await withoutEnd(untimed)))
    return { figures: { rounds, connections: CONNECTIONS, 'answers under load': answers }, findings }
  },
}

/**
 * Ends the program after `afterMs` of load, with a slow request under way.
 * @param {number} afterMs
 */
async function underLoad(afterMs) {
  const actor = new Actor('../actors/http-program.mjs', { graceMs: GRACE_MS })
  return withActors([actor], async () => {
    await actor.start()
    const port = portOf(actor)
    const load = autocannon({ url: `http://${HOST}:${port}`, connections: CONNECTIONS, duration: 600 })
    const client = countResponses(load)
    await sleep(afterMs)
    await until(async () => (await countsOf(actor)).answered > ANSWERS_MIN)
    const slow = get(port, '/slow')
    await until(async () => (await countsOf(actor)).held === 1)
    const startedAt = performance.now()
    const ending = actor.terminate(GRACE_MS + PATIENCE_MS)
    let refused = ''
    // A connection that waits to be accepted while the server stops listening is reset: only the next one says how it is after that.
    await until(async () => (refused = await refusal(port)) === 'ECONNREFUSED')
    const wasRunning = actor.running
    // All answers but the slow one are on their way before the load ends: it would drop them.
    await until(async () => {
      const { received, answered } = await countsOf(actor)
      return received === answered + 1 && client.counts.responses === answered
    })
    load.stop()
    await actor.ask('release', PATIENCE_MS)
    const [code, answer] = await Promise.all([ending, slow])
    const tookMs = performance.now() - startedAt
    await client.ended
    const { received, answered } = /** @type {Counts} */ (actor.messages.at(-1))
    const seen = client.counts.responses + (answer === 'answer to /slow' ? 1 : 0)
    return {
      drained: answered,
      findings: [
        finding('thousands of requests were under way', answered > ANSWERS_MIN, answered),
        finding('every request that came was answered', received === answered, `${answered} of ${received}`),
        finding('every answer arrived', seen === answered && client.counts.failed === 0, `${seen} of ${answered}`),
        finding('a slow request that was under way was answered', answer === 'answer to /slow', answer),
        finding('new connections were refused while it went on', refused === 'ECONNREFUSED' && wasRunning, refused),
        finding('it ended with 0', code === 0, code ?? 'was killed'),
        finding('within the grace', tookMs < GRACE_MS, `${tookMs.toFixed(0)} ms`),
      ],
    }
  })
}

/**
 * A request is under way that will never be answered.
 * @param {boolean} untimed
 */
async function withoutEnd(untimed) {
  const actor = new Actor('../actors/http-program.mjs', { graceMs: SHORT_GRACE_MS })
  return withActors([actor], async () => {
    await actor.start()
    const never = get(portOf(actor), '/never').catch(String)
    await until(async () => (await countsOf(actor)).held === 1)
    const startedAt = performance.now()
    const code = await actor.terminate(SHORT_GRACE_MS + PATIENCE_MS)
    const tookMs = performance.now() - startedAt
    await never
    const named = /not stopped: httpServer 127\.0\.0\.1:0/.exec(actor.stderr)?.[0] ?? actor.stderr
    const took = `${tookMs.toFixed(0)} ms`
    return [
      finding('never answered: it ended not with 0', code !== 0 && code !== null, code ?? 'was killed'),
      finding('never answered: not before the grace was over', tookMs > SHORT_GRACE_MS, took),
      ...(untimed
        ? []
        : [finding('never answered: within the grace and a second', tookMs < SHORT_GRACE_MS + LATE_MS_MAX, took)]),
      finding('never answered: the routine is named', named.startsWith('not stopped'), named),
    ]
  })
}

/**
 * Asks until it is so; for what never is, the findings speak.
 * @param {() => Promise<boolean>} isSo
 */
async function until(isSo) {
  const deadline = performance.now() + PATIENCE_MS
  while (!(await isSo()) && performance.now() < deadline) await sleep(10)
}

/**
 * @param {Actor} actor
 * @returns {Promise<Counts>}
 */
async function countsOf(actor) {
  return actor.ask('counts', PATIENCE_MS)
}

/** @param {Actor} actor */
function portOf(actor) {
  return /** @type {{ port: number }} */ (actor.messages[0]).port
}

/**
 * Counts full answers; what fails after its connection was refused is no request that anybody accepted.
 * @param {Load} load
 */
function countResponses(load) {
  const counts = { responses: 0, failed: 0 }
  load.on('response', (/** @type {unknown} */ _client, /** @type {number} */ statusCode) => {
    if (statusCode === 200) counts.responses += 1
    else counts.failed += 1
  })
  return { counts, ended: once(load, 'done') }
}

/**
 * @param {number} port
 * @param {string} path
 * @returns {Promise<string>}
 */
async function get(port, path) {
  const sent = request({ host: HOST, port, path, agent: false })
  sent.end()
  const [response] = /** @type {[import('node:http').IncomingMessage]} */ (await once(sent, 'response'))
  response.setEncoding('utf8')
  let text = ''
  for await (const chunk of response) text += String(chunk)
  return text
}

/**
 * @param {number} port
 * @returns {Promise<string>}
 */
async function refusal(port) {
  const socket = connect(port, HOST)
  try {
    await once(socket, 'connect')
    return 'connected'
  } catch (error) {
    return String(/** @type {NodeJS.ErrnoException} */ (error).code)
  } finally {
    socket.destroy()
  }
}
