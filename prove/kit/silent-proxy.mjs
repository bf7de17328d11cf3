/**
 * A TCP proxy that can fall silent: connections stay open, whatever is sent into them is swallowed, and nobody is told. That is what a
 * peer looks like that has lost its power, or a firewall that has forgotten a connection.
 */
import { once } from 'node:events'
import { connect, createServer } from 'node:net'

/** Two ends that belong together. @typedef {{ readonly near: import('node:net').Socket, readonly far: import('node:net').Socket, isSilent: boolean }} Pair */

/** The far end of a silent connection is given up after this long, as a server does whose keep-alive is not answered. */
const FORGET_MS = 8_000

export class SilentProxy {
  /** @type {{ readonly host: string, readonly port: number }} */
  #target
  /** @type {Set<Pair>} */
  #pairs = new Set()
  #isSilent = false
  #server = createServer((near) => this.#accept(near))

  /** @param {{ readonly host: string, readonly port: number }} target */
  constructor(target) {
    this.#target = target
  }

  /** Listens on a free port of this machine, and gives its number. */
  async listen() {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('expected a port, got none')
    return address.port
  }

  /** Connections that are open and not silent. */
  get live() {
    return [...this.#pairs].filter((pair) => !pair.isSilent).length
  }

  /** Every connection that is open falls silent for ever; new ones work. Gives how many there were. */
  forget() {
    const live = [...this.#pairs].filter((pair) => !pair.isSilent)
    for (const pair of live) this.#silence(pair)
    return live.length
  }

  /** The same, and new connections are silent too until `heal`. */
  cut() {
    this.#isSilent = true
    return this.forget()
  }

  /** New connections work again; those that were silent stay so. */
  heal() {
    this.#isSilent = false
  }

  async close() {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const { near, far } of this.#pairs) {
      near.destroy()
      far.destroy()
    }
    await closed
  }

  /** @param {import('node:net').Socket} near */
  #accept(near) {
    const far = connect({ ...this.#target, allowHalfOpen: false })
    /** @type {Pair} */
    const pair = { near, far, isSilent: false }
    this.#pairs.add(pair)
    near.setNoDelay(true)
    far.setNoDelay(true)
    this.#carry(pair, near, far)
    this.#carry(pair, far, near)
    if (this.#isSilent) this.#silence(pair)
  }

  /**
   * @param {Pair} pair
   * @param {import('node:net').Socket} from
   * @param {import('node:net').Socket} to
   */
  #carry(pair, from, to) {
    from.on('data', (data) => {
      if (pair.isSilent || to.destroyed) return
      if (!to.write(data)) {
        from.pause()
        to.once('drain', () => from.resume())
      }
    })
    from.on('error', () => undefined)
    from.on('close', () => {
      if (!pair.isSilent) to.destroy()
      if (pair.near.destroyed && pair.far.destroyed) this.#pairs.delete(pair)
    })
  }

  /** @param {Pair} pair */
  #silence(pair) {
    pair.isSilent = true
    // One that waited for the other end to take more would otherwise hold up its writer: that is no silence.
    pair.near.resume()
    pair.far.resume()
    setTimeout(() => pair.far.destroy(), FORGET_MS).unref()
  }
}
