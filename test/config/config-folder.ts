import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { AppConfig } from '../../src/config/app-config.js'
import { loadConfig } from '../../src/config/load-config.js'
import { problemLine, type ConfigProblem } from '../../src/config/problems.js'
import type { ReadOptions } from '../../src/config/read-config.js'
import { RotaError } from '../../src/model/errors.js'

/** A folder of its own for one test, with the config of an app in it. */
export class ConfigFolder {
  readonly #parent = realpathSync(mkdtempSync(join(tmpdir(), 'rota-config-')))
  readonly path: string

  constructor(name = 'my-stack') {
    this.path = join(this.#parent, name)
    mkdirSync(this.path)
  }

  /** Writes files by path; what is no text is written as JSON. */
  write(files: Readonly<Record<string, unknown>>): this {
    for (const [file, content] of Object.entries(files)) {
      const path = join(this.path, file)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2))
    }
    return this
  }

  load(options?: ReadOptions): Promise<AppConfig> {
    return loadConfig(this.path, options)
  }

  /** Loads a root file whose source files need not be there. */
  read(config: unknown): Promise<AppConfig> {
    return this.write({ 'rota.json': config }).load({ filesMustExist: false })
  }

  /** What is wrong, one line each, with places counted from this folder. */
  async problems(options: ReadOptions = { filesMustExist: false }): Promise<readonly string[]> {
    const error = await this.refusal(options)
    const problems = error.facts['problems'] as readonly ConfigProblem[]
    return problems.map((problem) => problemLine(problem, this.path))
  }

  /** What is wrong with a root file: the path and what is said of it. */
  async problemsOf(config: unknown): Promise<readonly string[]> {
    const lines = await this.write({ 'rota.json': config }).problems()
    return lines.map((line) => line.replace(/^rota\.json:\d+:\d+: /, ''))
  }

  async refusal(options: ReadOptions = {}): Promise<RotaError> {
    const error: unknown = await this.load(options).catch((reason: unknown) => reason)
    if (!RotaError.is(error)) throw new Error(`expected the config to be refused, got ${JSON.stringify(error)}`)
    if (error.code !== 'CONFIG_INVALID') throw error
    return error
  }

  remove(): void {
    rmSync(this.#parent, { recursive: true, force: true })
  }
}
