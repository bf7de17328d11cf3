import { join, resolve } from 'node:path'
import { stat } from 'node:fs/promises'
import type { Clock } from '../../model/clock.js'
import { buildError, bundleFailed } from './build-error.js'
import type { BuildQueue } from './build-queue.js'
import { areUnchanged, hashOf, noteInputs, readNotes, rulesAbove } from './build-notes.js'
import type { BuildNotes } from './build-notes.js'
import { pruneBuilds, writeBuild, writeNotes } from './build-store.js'
import { bundleOptions, optionsText } from './bundle-options.js'
import { buildFolder } from './bundle-target.js'
import type { Bundle, SourceTarget } from './bundle-target.js'
import type { Esbuild, EsbuildResult } from './esbuild.js'
import { missingExport } from './missing-export.js'

/** What every build needs. */
export interface BuildDeps {
  readonly esbuild: Esbuild
  /** The folder of the app. Absolute, without symbolic links. */
  readonly root: string
  readonly queue: BuildQueue
  readonly clock: Clock
}

/** The builds of one target, one at a time. */
export class SourceBuild {
  readonly #target: SourceTarget
  readonly #deps: BuildDeps
  readonly #folder: string
  readonly #optionsHash: string
  #wasAsked = false

  constructor(target: SourceTarget, deps: BuildDeps) {
    this.#target = target
    this.#deps = deps
    this.#folder = buildFolder(deps.root, target.task)
    this.#optionsHash = hashOf(optionsText(target, deps.esbuild.version))
  }

  /** The build on disk when nothing has changed since, and else a new one. `BUNDLE_FAILED` names task, file and line. */
  async latest(): Promise<Bundle> {
    const startedAt = this.#deps.clock.monotonic()
    // Who changes a source waits for it; what has never been asked for is hurried when a job comes.
    const isUrgent = this.#wasAsked
    this.#wasAsked = true
    return (await this.#cached(startedAt)) ?? (await this.#make(startedAt, await this.#run(isUrgent)))
  }

  get #options(): object {
    return bundleOptions(this.#target.code, this.#deps.root, this.#folder)
  }

  async #cached(startedAt: number): Promise<Bundle | null> {
    const notes = await readNotes(this.#folder)
    if (notes?.options !== this.#optionsHash || !(await areUnchanged(notes.inputs))) return null
    const file = join(this.#folder, notes.file)
    if ((await stat(file).catch(() => null)) === null) return null
    const inputs = notes.inputs.map(({ path }) => path)
    return { file, inputs, isCached: true, tookMs: this.#deps.clock.monotonic() - startedAt }
  }

  async #run(isUrgent: boolean): Promise<{ readonly result: EsbuildResult; readonly since: number }> {
    const { clock, esbuild, queue } = this.#deps
    const { task } = this.#target
    return queue.run(task, isUrgent, async () => {
      const since = clock.now()
      try {
        return { result: await esbuild.build(this.#options), since }
      } catch (error) {
        throw buildError(task, error)
      }
    })
  }

  async #make(startedAt: number, { result, since }: { result: EsbuildResult; since: number }): Promise<Bundle> {
    const { clock, root } = this.#deps
    const { handler, task } = this.#target
    const problem = missingExport(handler, result.metafile)
    if (problem !== null) throw bundleFailed(task, [problem])
    const sources = Object.keys(result.metafile?.inputs ?? {}).map((path) => resolve(root, path))
    const inputs = [...new Set([...sources, ...rulesAbove(sources, root)])]
    const file = await writeBuild(this.#folder, result)
    const noted = await noteInputs(inputs, since)
    const notes: BuildNotes = { options: this.#optionsHash, file, inputs: noted ?? [] }
    // What changed meanwhile is built again by whoever asks next.
    await writeNotes(this.#folder, noted === null ? { ...notes, options: '' } : notes)
    await pruneBuilds(this.#folder, file, new Date(clock.now()))
    return { file: join(this.#folder, file), inputs, isCached: false, tookMs: clock.monotonic() - startedAt }
  }
}
