import { spawn } from 'node:child_process'

/**
 * A command that goes on while others are run beside it: what it prints can be waited for.
 */
export class RunningCommand {
  /** @type {import('node:child_process').ChildProcess} */
  #child
  /** @type {Set<() => void>} */
  #looks = new Set()
  #hasEnded = false
  /** Both streams, as they came. */
  output = ''
  /** Its exit code; null when it was killed. @type {Promise<number | null>} */
  ended

  /**
   * @param {string} command
   * @param {readonly string[]} args
   * @param {{ readonly cwd: string, readonly env?: NodeJS.ProcessEnv, readonly withinMs: number }} options it is killed when it has not ended in time
   */
  constructor(command, args, { cwd, env = process.env, withinMs }) {
    // In a group of its own, so that what it starts is told of Ctrl-C too, as by a terminal.
    this.#child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (/** @type {Buffer} */ data) => {
        this.output += data.toString()
        this.#look()
      })
    }
    const timer = setTimeout(() => this.kill(), withinMs)
    this.ended = new Promise((resolve, reject) => {
      this.#child.on('error', reject)
      this.#child.on('close', (code) => {
        clearTimeout(timer)
        this.#hasEnded = true
        resolve(code)
        this.#look()
      })
    })
    this.ended.catch(() => undefined)
  }

  /**
   * Waits until it has printed a text after a place in its output; resolves with the place behind it. Rejects when it ends before.
   * @param {string} text
   * @param {number} [after]
   * @returns {Promise<number>}
   */
  shows(text, after = 0) {
    return new Promise((resolve, reject) => {
      const look = () => {
        const at = this.output.indexOf(text, after)
        if (at === -1 && !this.#hasEnded) return
        this.#looks.delete(look)
        if (at !== -1) resolve(at + text.length)
        else reject(new Error(`expected ${JSON.stringify(text)}, got the end of:\n${this.output.slice(after)}`))
      }
      this.#looks.add(look)
      look()
    })
  }

  /** Asks it to end, as Ctrl-C does. */
  interrupt() {
    this.#signal('SIGINT')
  }

  kill() {
    this.#signal('SIGKILL')
  }

  /** @param {NodeJS.Signals} name */
  #signal(name) {
    const { pid } = this.#child
    if (pid === undefined || this.#hasEnded) return
    try {
      process.kill(-pid, name)
    } catch {
      // nothing of it is left, which was not told so far
    }
  }

  #look() {
    for (const look of [...this.#looks]) look()
  }
}
