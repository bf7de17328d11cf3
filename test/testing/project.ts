import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Ended, runCommand } from '../../prove/kit/command.mjs'
import { ROOT } from '../readme/readme-code.js'

const BIN = join(ROOT, 'dist', 'cli', 'bin.js')
const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
const VITEST = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')

/** For what compiles, bundles and starts child processes: ten seconds, and ten times that on a machine that is busy with other things. */
export const PATIENCE_MS = 120_000

/** A project of a user in a folder of its own, in which `rota` is the package as it was built. */
export class Project {
  readonly folder: string
  readonly #made: string

  /** `name`: how the name of its folder begins; `below`: in a folder of that one that is called exactly so. */
  constructor(name: string, below = '.') {
    // As deep below the package as the examples are, so that its dependencies are found, and its tsconfig.json.
    mkdirSync(join(ROOT, '.cache'), { recursive: true })
    this.#made = mkdtempSync(join(ROOT, '.cache', `${name}-`))
    this.folder = join(this.#made, below)
    mkdirSync(this.folder, { recursive: true })
  }

  remove(): void {
    rmSync(this.#made, { recursive: true, force: true })
  }

  /** Runs a program with Node. */
  node(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
    return runCommand(process.execPath, args, { cwd: this.folder, env: ownEnv(env), withinMs: PATIENCE_MS })
  }

  rota(...args: readonly string[]): Promise<Ended> {
    return this.node([BIN, ...args])
  }

  tsc(): Promise<Ended> {
    return this.node([TSC, '-p', '.'])
  }

  vitest(): Promise<Ended> {
    return this.node([VITEST, 'run', `--testTimeout=${PATIENCE_MS}`, `--hookTimeout=${PATIENCE_MS}`])
  }

  /**
   * Does something while `rota dev` runs; `printed` waits until it has told a thing. Rejects when it ends by itself, or not well
   * after SIGTERM.
   */
  async besideDev(
    env: Record<string, string>,
    act: (dev: { printed(text: string): Promise<void> }) => Promise<void>,
  ): Promise<void> {
    const dev = spawn(process.execPath, [BIN, 'dev', '--plain'], { cwd: this.folder, env: ownEnv(env) })
    let told = ''
    let look = (): void => undefined
    const hear = (data: Buffer): void => {
      told += data.toString('utf8')
      look()
    }
    dev.stdout.on('data', hear)
    dev.stderr.on('data', hear)
    const ended = new Promise<number | null>((resolve) => dev.on('close', resolve))
    const printed = (text: string): Promise<void> =>
      new Promise((resolve, reject) => {
        look = () => {
          if (told.includes(text)) resolve()
        }
        look()
        void ended.then(() => reject(new Error(`rota dev has ended: ${told}`)))
      })
    try {
      await printed('dev: running')
      await act({ printed })
    } finally {
      dev.kill('SIGTERM')
    }
    const code = await ended
    if (code !== 0) throw new Error(`rota dev ended with ${code}: ${told}`)
  }
}

/** A Vitest in a Vitest must not take itself for a part of it, and no store is named by chance. */
function ownEnv(env: Record<string, string>): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST$|NODE_ENV$|ROTA_)/.test(name))
  return { ...Object.fromEntries(own), NO_COLOR: '1', ...env }
}
