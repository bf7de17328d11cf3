/**
 * A program that is nothing but `main(httpServer(...))`: answers within some milliseconds, but `/slow` when the proof says so and `/never` not at all.
 * Tells how many requests came, how many of these two kinds, and how many were answered in full: whenever it is asked, and at its end.
 */
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { httpServer, main } from 'rota/lifecycle'

/** @type {{ graceMs: number }} */
const { graceMs } = JSON.parse(process.argv[2] ?? '{}')

const counts = { received: 0, held: 0, answered: 0 }

/** Resolves when the proof says so. */
const released = new Promise((resolve) =>
  process.on('message', (message) => {
    if (message === 'release') resolve(undefined)
    process.send?.(counts)
  }),
)

const server = createServer((request, response) => {
  counts.received += 1
  response.once('finish', () => (counts.answered += 1))
  void answer(request.url ?? '', response)
})

/**
 * @param {string} url
 * @param {import('node:http').ServerResponse} response
 */
async function answer(url, response) {
  if (url === '/slow' || url === '/never') counts.held += 1
  if (url === '/never') return
  await (url === '/slow' ? released : sleep(counts.received % 10))
  response.end(`answer to ${url}`)
}

server.once('listening', () =>
  process.send?.({ port: /** @type {import('node:net').AddressInfo} */ (server.address()).port }),
)

// The channel to the proof must not keep a program alive that is done.
process.channel?.unref()
await main({ grace: graceMs }, httpServer(server, { host: '127.0.0.1', port: 0 }))
process.send?.(counts)
