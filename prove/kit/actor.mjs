/**
 * A process that a proof starts, and does to it what the world does to processes.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { sharedNow } from './journal.mjs'

/** How long an actor may take to say that it is ready before the proof gives up on it. */
const READY_WITHIN_MS = 30_000

/** @typedef {{ readonly pid: number, readonly from: number, readonly until: number }} Absence */

export class Actor {
  /** @type {import('node:child_process').ChildProcess | null} */
  #child = null
  /** When its process has ended and all that it said has been read: its exit alone can come before its last words. @type {Promise<unknown>} */
  #closed = Promise.resolve()
  /** @type {string} */
  #script
  /** @type {Readonly<Record<string, unknown>>} */
  #settings
  /** @type {readonly string[]} */
  #nodeFlags
  #stderr = ''
  #hasSpoken = false
  /** Everything the actor has sent, by `process.send`. @type {unknown[]} */
  messages = []
  /** When each of its processes was killed. @type {{ pid: number, at: number }[]} */
  deaths = []
  /** When the proof froze its processes. @type {Absence[]} */
  freezes = []
  /** How often one of its processes ended well after it was asked to. */
  terminations = 0

  /**
   * @param {string} script a file beside this kit, such as `../actors/worker.mjs`
   * @param {Readonly<Record<string, unknown>>} settings handed over as JSON
   * @param {readonly string[]} [nodeFlags]
   */
  constructor(script, settings, nodeFlags = []) {
    this.#script = new URL(script, import.meta.url).pathname
    this.#settings = settings
    this.#nodeFlags = nodeFlags
  }

  get running() {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Whether its process has sent a message: the first says that it is ready. */
  get isReady() {
    return this.#hasSpoken
  }

  get pid() {
    return this.#child?.pid ?? 0
  }

  /** When its processes stood still: frozen by the proof, or without a turn for so long that they told of it (`tellStandstills`). */
  get absences() {
    const told = /** @type {(Absence & { what?: unknown })[]} */ (this.messages)
    return [...this.freezes, ...told.filter(({ what }) => what === 'stood-still')]
  }

  /** What it wrote to its error stream, over all its lives. */
  get stderr() {
    return this.#stderr
  }

  /** Starts a new process, and does not wait for it to be ready. */
  spawn() {
    if (this.running) throw new Error(`actor ${this.#script}: expected no process, got ${this.pid}`)
    const child = spawn(process.execPath, [...this.#nodeFlags, this.#script, JSON.stringify(this.#settings)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    child.stderr?.on('data', (/** @type {Buffer} */ data) => (this.#stderr += data.toString()))
    this.#hasSpoken = false
    child.on('message', (message) => {
      this.#hasSpoken = true
      this.messages.push(message)
    })
    this.#child = child
    this.#closed = new Promise((resolve) => child.once('close', resolve))
    return child
  }

  /** Starts a new process; resolves when it has sent its first message. */
  async start() {
    const child = this.spawn()
    await this.#next(child, READY_WITHIN_MS)
  }

  /**
   * Sends a question to the running process; resolves with what it says next.
   * @template Answer
   * @param {import('node:child_process').Serializable} question
   * @param {number} withinMs
   * @returns {Promise<Answer>}
   */
  async ask(question, withinMs) {
    if (this.#child === null) throw new Error(`actor ${this.#script}: expected a process, got none`)
    const answer = this.#next(this.#child, withinMs)
    this.#child.send(question)
    return /** @type {Promise<Answer>} */ (answer)
  }

  /** Resolves when the running process has ended by itself; rejects unless it ended well. */
  async ended() {
    const child = this.#child
    if (child === null) throw new Error(`actor ${this.#script}: expected a process, got none`)
    await this.#closed
    if (child.exitCode !== 0)
      throw new Error(`actor ${this.#script}: expected exit 0, got ${child.exitCode ?? ''}: ${this.#stderr}`)
  }

  /** Dies at once, without a chance to do anything about it. */
  async kill() {
    const child = this.#child
    if (child === null || !this.running) return
    this.deaths.push({ pid: this.pid, at: sharedNow() })
    child.kill('SIGKILL')
    await this.#closed
  }

  /**
   * Is asked to stop, as an orchestrator would.
   * @param {number} withinMs
   * @returns {Promise<number | null>} its exit code; null when it had to be killed
   */
  async terminate(withinMs) {
    const child = this.#child
    if (child === null || !this.running) return child?.exitCode ?? null
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), withinMs)
    await this.#closed
    clearTimeout(timer)
    if (child.exitCode === 0) this.terminations += 1
    return child.exitCode
  }

  /**
   * Stands still for a while and then goes on without knowing it.
   * @param {number} lengthMs
   */
  async freeze(lengthMs) {
    const child = this.#child
    if (child === null || !this.running) return
    const from = sharedNow()
    child.kill('SIGSTOP')
    await new Promise((resolve) => setTimeout(resolve, lengthMs))
    child.kill('SIGCONT')
    this.freezes.push({ pid: child.pid ?? 0, from, until: sharedNow() })
  }

  /**
   * @param {import('node:child_process').ChildProcess} child
   * @param {number} withinMs
   * @returns {Promise<unknown>}
   */
  async #next(child, withinMs) {
    const gone = new AbortController()
    const timer = setTimeout(() => gone.abort(), withinMs)
    const onExit = () => gone.abort()
    child.once('exit', onExit)
    try {
      /** @type {unknown[]} */
      const [message] = await once(child, 'message', { signal: gone.signal })
      return message
    } catch (cause) {
      const end = this.running ? `no message within ${withinMs} ms` : `exit ${child.exitCode ?? child.signalCode ?? ''}`
      throw new Error(`actor ${this.#script}: expected a message, got ${end}; it said: ${this.#stderr.trim()}`, {
        cause,
      })
    } finally {
      clearTimeout(timer)
      child.off('exit', onExit)
    }
  }
}

/**
 * Runs an act with actors, and leaves none of them behind whatever happens.
 * @template T
 * @param {readonly Actor[]} actors
 * @param {() => Promise<T>} act
 * @returns {Promise<T>}
 */
export async function withActors(actors, act) {
  try {
    return await act()
  } finally {
    await Promise.all(actors.map((actor) => actor.kill()))
  }
}
