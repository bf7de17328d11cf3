/**
 * A terminal that nobody looks at: commands run in it as if a person had typed them.
 */
import { spawn, spawnSync } from 'node:child_process'

/** Gives a shell a terminal, where util-linux's script is not at hand. */
const PYTHON = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(["/bin/sh", "-c", sys.argv[1]])))'

/** Ctrl-C, as a keyboard sends it. */
export const CTRL_C = '\u0003'

/**
 * A command that runs in a terminal of its own.
 */
export class TerminalRun {
  /** @type {import('node:child_process').ChildProcess} */
  #child
  #raw = ''
  /** @type {Set<() => void>} */
  #looks = new Set()
  /** Its exit code; null when it was killed. @type {Promise<number | null>} */
  ended

  /**
   * @param {string} line as it is typed at a shell
   * @param {{ readonly cwd: string, readonly env: NodeJS.ProcessEnv, readonly withinMs: number, readonly columns?: number }} options it is killed when it has not ended in time
   */
  constructor(line, { cwd, env, withinMs, columns = 80 }) {
    // Without exec the shell would be told of Ctrl-C too, and end with its own code.
    const [command, args] = terminalCommand(`stty cols ${columns} rows 24; exec ${line}`)
    this.#child = spawn(command, args, { cwd, env: { ...env, TERM: 'xterm' }, stdio: ['pipe', 'pipe', 'inherit'] })
    this.#child.stdout?.on('data', (/** @type {Buffer} */ data) => {
      this.#raw += data.toString()
      for (const look of this.#looks) look()
    })
    const timer = setTimeout(() => this.kill(), withinMs)
    this.ended = new Promise((resolve, reject) => {
      this.#child.on('error', reject)
      this.#child.on('close', resolve)
    })
    void this.ended.finally(() => clearTimeout(timer)).catch(() => undefined)
  }

  /** What stands on the terminal by now, without colours. */
  get text() {
    // eslint-disable-next-line no-control-regex -- colours are made of control characters
    return this.#raw.replaceAll('\r', '').replace(/\u001b\[[\d;]*m/g, '')
  }

  /** @param {string} keys */
  type(keys) {
    this.#child.stdin?.write(keys)
  }

  /**
   * Resolves when the terminal shows a text; rejects when it does not within the time.
   * @param {string | RegExp} text
   * @param {number} withinMs
   * @returns {Promise<void>}
   */
  shows(text, withinMs) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#looks.delete(look)
        reject(new Error(`expected ${String(text)} within ${withinMs} ms, got:\n${this.text}`))
      }, withinMs)
      const look = () => {
        if (typeof text === 'string' ? !this.text.includes(text) : !text.test(this.text)) return
        clearTimeout(timer)
        this.#looks.delete(look)
        resolve()
      }
      this.#looks.add(look)
      look()
    })
  }

  /** Ends it whatever it does. */
  kill() {
    this.#child.kill('SIGKILL')
  }
}

/**
 * @param {string} line
 * @returns {readonly [command: string, args: string[]]}
 */
function terminalCommand(line) {
  hasScript ??= spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') ?? false
  return hasScript ? ['script', ['-qefc', line, '/dev/null']] : ['python3', ['-c', PYTHON, line]]
}

/** Other systems have a script of their own with other options. @type {boolean | undefined} */
let hasScript
