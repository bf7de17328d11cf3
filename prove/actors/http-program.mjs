/**
 * A program that is nothing but `main(httpServer(...))`: answers at once or after a while, never answers `/never`, and tells at its end how many
 * requests came and how many were answered in full.
 */
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { httpServer, main } from 'rota/lifecycle'

/** @type {{ graceMs: number, slowMs: number }} */
const { graceMs, slowMs } = JSON.parse(process.argv[2] ?? '{}')

const counts = { received: 0, answered: 0, signalAt: 0 }

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
  if (url === '/never') return
  await sleep(url === '/slow' ? slowMs : counts.received % 10)
  response.end(`answer to ${url}`)
}

server.once('listening', () =>
  process.send?.({ port: /** @type {import('node:net').AddressInfo} */ (server.address()).port }),
)

// The channel to the proof must not keep a program alive that is done.
process.channel?.unref()
await main({ grace: graceMs }, httpServer(server, { host: '127.0.0.1', port: 0 }))
process.send?.(counts)
