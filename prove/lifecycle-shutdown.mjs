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

/** Of the program under load. What is slow takes longer than everything else that the load asks for. */
const GRACE_MS = 10_000
const SLOW_MS = 1500

/** Of the program with a request that never ends. */
const SHORT_GRACE_MS = 2000

/** @typedef {{ received: number, answered: number }} Counts */

/** @type {import('./kit/proof.mjs').Proof} */
export const lifecycleShutdown = {
  claims:
    'a server under load of 200 connections that gets SIGTERM answers every request that it has accepted, refuses connections and ends with 0; with a request that never ends it ends in time, not with 0, and names the routine',
  takes: '5 s a round, 2 processes, 200 sockets',
  options: { rounds: { default: 5, says: 'how often the program is started, loaded and ended' } },
  short: { rounds: 1 },

  async prove({ numbers: { rounds = 0 }, random, say }) {
    const findings = []
    let answers = 0
    for (let round = 1; round <= rounds; round++) {
      const { drained, ...rest } = await underLoad(random.between(800, 2000))
      answers += drained
      say(`round ${round}: ${drained} answers`)
      findings.push(...rest.findings.map((one) => ({ ...one, expected: `round ${round}: ${one.expected}` })))
    }
    findings.push(...(await withoutEnd()))
    return { figures: { rounds, connections: CONNECTIONS, 'answers under load': answers }, findings }
  },
}

/**
 * Ends the program after `afterMs` of load, with a slow request under way.
 * @param {number} afterMs
 */
async function underLoad(afterMs) {
  const actor = new Actor('../actors/http-program.mjs', { graceMs: GRACE_MS, slowMs: SLOW_MS })
  return withActors([actor], async () => {
    await actor.start()
    const port = portOf(actor)
    const load = autocannon({ url: `http://${HOST}:${port}`, connections: CONNECTIONS, duration: 600 })
    const client = countResponses(load)
    await sleep(afterMs)
    const slow = get(port, '/slow')
    await sleep(100)
    const startedAt = performance.now()
    const ending = actor.terminate(GRACE_MS + 5000)
    await sleep(200)
    const refused = await refusal(port)
    const wasRunning = actor.running
    load.stop()
    const [code, answer] = await Promise.all([ending, slow])
    const tookMs = performance.now() - startedAt
    await client.ended
    const { received, answered } = /** @type {Counts} */ (actor.messages.at(-1))
    const seen = client.counts.responses + (answer === 'answer to /slow' ? 1 : 0)
    return {
      drained: answered,
      findings: [
        finding('thousands of requests were under way', answered > 1000, answered),
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

/** A request is under way that will never be answered. */
async function withoutEnd() {
  const actor = new Actor('../actors/http-program.mjs', { graceMs: SHORT_GRACE_MS, slowMs: SLOW_MS })
  return withActors([actor], async () => {
    await actor.start()
    const never = get(portOf(actor), '/never').catch(String)
    await sleep(200)
    const startedAt = performance.now()
    const code = await actor.terminate(SHORT_GRACE_MS + 5000)
    const tookMs = performance.now() - startedAt
    await never
    const named = /not stopped: httpServer 127\.0\.0\.1:0/.exec(actor.stderr)?.[0] ?? actor.stderr
    return [
      finding('never answered: it ended not with 0', code !== 0 && code !== null, code ?? 'was killed'),
      finding(
        'never answered: within the grace and a second',
        tookMs > SHORT_GRACE_MS && tookMs < SHORT_GRACE_MS + 1000,
        `${tookMs.toFixed(0)} ms`,
      ),
      finding('never answered: the routine is named', named.startsWith('not stopped'), named),
    ]
  })
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
