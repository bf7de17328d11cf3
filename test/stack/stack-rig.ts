import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memory } from '../../src/backends/memory/memory-backend.js'
import type { AppConfig } from '../../src/config/app-config.js'
import type { Backend } from '../../src/port/backend.js'
import { openStacks, type Stacks, type StacksOptions } from '../../src/stack/runtime/open-stacks.js'
import { FakeClock } from '../../src/time/fake-clock.js'
import { whileTimePasses } from '../while-time-passes.js'
import { appConfig, type StackSpec } from './app-config.js'

/** Where functions of a test, which are files of their own, leave what they have seen. */
export const SEEN = 'rotaTestSeen'

/** Time passes in steps, each of which lets everything happen that is due. */
const STEP_MS = 500

/** An app in a folder of its own, on a store in memory, under a clock that the test moves. */
export class StackRig {
  readonly clock = new FakeClock()
  readonly folder = mkdtempSync(join(tmpdir(), 'rota-stacks-'))
  readonly backend: Backend = memory({ clock: this.clock })
  readonly seen: unknown[] = []
  readonly #open: Stacks[] = []

  constructor() {
    Object.assign(globalThis, { [SEEN]: this.seen })
  }

  /** Writes a function; its text can push to `seen`. */
  write(file: string, text: string): string {
    const path = join(this.folder, file)
    writeFileSync(path, `const seen = globalThis.${SEEN}\n${text}\n`)
    return path
  }

  config(stacks: Readonly<Record<string, StackSpec>>, changes: Partial<AppConfig> = {}): AppConfig {
    return appConfig(this.folder, stacks, changes)
  }

  /** Opens stacks whose sources need no bundling, and declares them. */
  async open(config: AppConfig, options: Partial<StacksOptions> = {}): Promise<Stacks> {
    const stacks = await openStacks({
      config,
      backend: this.backend,
      clock: this.clock,
      build: async ({ code }) => ({ file: 'file' in code ? code.file : code.bundle }),
      ...options,
    })
    this.#open.push(stacks)
    await stacks.declare()
    return stacks
  }

  /** Runs the tasks of stacks for a while. */
  async run(stacks: Stacks, length = 5_000): Promise<void> {
    await this.during(stacks.rota.start())
    for (let at = 0; at < length; at += STEP_MS) await this.clock.advance(STEP_MS)
    await this.during(stacks.rota.stop())
  }

  during<T>(promise: Promise<T>): Promise<T> {
    return whileTimePasses(this.clock, promise)
  }

  async close(): Promise<void> {
    for (const stacks of this.#open) await this.during(stacks.close())
    rmSync(this.folder, { recursive: true, force: true })
  }
}
