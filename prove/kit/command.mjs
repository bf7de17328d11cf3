import { spawn } from 'node:child_process'

/**
 * @typedef {object} Ended
 * @property {number | null} code null: killed by a signal, or by the limit of time
 * @property {string} output both streams, as they came
 * @property {number} seconds
 */

/**
 * Runs a command to its end, whatever that is.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ readonly cwd?: string, readonly env?: NodeJS.ProcessEnv, readonly withinMs?: number }} [options]
 * @returns {Promise<Ended>}
 */
export async function runCommand(command, args, { cwd, env = process.env, withinMs = 600_000 } = {}) {
  const startedAt = performance.now()
  const child = spawn(command, args, {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: withinMs,
    killSignal: 'SIGKILL',
    ...(cwd === undefined ? {} : { cwd }),
  })
  let output = ''
  child.stdout.on('data', (/** @type {Buffer} */ data) => (output += data.toString()))
  child.stderr.on('data', (/** @type {Buffer} */ data) => (output += data.toString()))
  const code = await new Promise((/** @type {(code: number | null) => void} */ resolve) => {
    child.on('error', (error) => {
      output += String(error)
      resolve(null)
    })
    child.on('close', resolve)
  })
  return { code, output, seconds: (performance.now() - startedAt) / 1000 }
}

/**
 * The end of an output, for a message.
 * @param {string} output
 * @param {number} [lines]
 */
export function tail(output, lines = 15) {
  return output.trimEnd().split('\n').slice(-lines).join('\n')
}
