import { watch, type FSWatcher } from 'node:fs'
import type { Clock, Timer } from '../../model/clock.js'
import type { DurationMs } from '../../model/units.js'
import { HINT } from './changes.js'
import { Throttle } from './throttle.js'
import { WakeFile } from './wake-file.js'

/** The least between two appends, and between two reads: a burst of commits costs others one look. */
const GAP_MS: DurationMs = 1

/** How long a broken link rests before it is tried again: without it only latency suffers. */
const MEND_MS: DurationMs = 5_000

interface Parts {
  readonly path: string
  readonly clock: Clock
  /** Told what other processes have changed. */
  readonly heard: (hints: number) => void
  /** Told once when something breaks; it is mended without anybody's help. */
  readonly failed: (error: unknown) => void
}

/** The way to the other processes that use a file: tells them of commits by the wake file, and hears of theirs by a watch on it. */
export class WakeLink {
  readonly #parts: Parts
  readonly #appends: Throttle
  readonly #reads: Throttle
  #file: WakeFile | undefined
  #watcher: FSWatcher | undefined
  #listens = false
  #isClosed = false
  #isBroken = false
  #untold = 0
  #replacedAt = Number.NEGATIVE_INFINITY
  #mending: Timer | undefined

  constructor(parts: Parts) {
    this.#parts = parts
    this.#appends = new Throttle(parts.clock, GAP_MS, () => this.#append())
    this.#reads = new Throttle(parts.clock, GAP_MS, () => this.#read())
    this.#connect()
  }

  /** Tells the others; at the latest after `GAP_MS`, or when the link is mended. */
  tell(hints: number): void {
    this.#untold |= hints
    this.#appends.ask()
  }

  /** Hears the others from now on. */
  listen(): void {
    if (this.#listens) return
    this.#listens = true
    if (this.#file !== undefined) this.#connect()
  }

  /** Tells what is untold, and lets go of everything. */
  close(): void {
    if (this.#isClosed) return
    this.#appends.stop()
    this.#isClosed = true
    this.#reads.stop()
    this.#mending?.cancel()
    this.#disconnect()
  }

  #append(): void {
    if (this.#file === undefined || this.#untold === 0) return
    try {
      this.#file.append(this.#untold)
      this.#untold = 0
      if (this.#file.isGone) this.#replace()
    } catch (error) {
      this.#break(error)
    }
  }

  #read(): void {
    if (this.#file === undefined || this.#isClosed) return
    try {
      const hints = this.#file.read()
      if (this.#file.isGone) this.#replace()
      else if (hints !== 0) this.#parts.heard(hints)
    } catch (error) {
      this.#break(error)
    }
  }

  #connect(): void {
    try {
      this.#file ??= new WakeFile(this.#parts.path, this.#parts.clock)
      if (this.#listens) this.#watch(this.#file)
    } catch (error) {
      this.#break(error)
      return
    }
    if (!this.#isBroken) return
    this.#isBroken = false
    // Nobody knows what was not heard while the link was broken, here and elsewhere.
    if (this.#listens) this.#parts.heard(HINT.resync)
    this.tell(HINT.resync)
  }

  #watch(file: WakeFile): void {
    const watcher = watch(this.#parts.path, { persistent: false }, (event) => {
      if (watcher !== this.#watcher) return
      if (event === 'rename') this.#replace()
      else this.#reads.ask()
    })
    watcher.on('error', (error) => {
      if (watcher === this.#watcher) this.#break(error)
    })
    this.#watcher = watcher
    // What was told before is for whoever looks for himself when he begins to listen.
    file.read()
  }

  /** The file is not what has the name now: deleted, moved or replaced. Not more than once in a while, whatever the file system says. */
  #replace(): void {
    const { clock, path } = this.#parts
    const now = clock.monotonic()
    if (now - this.#replacedAt < MEND_MS) {
      this.#break(
        new Error(`"${path}" is deleted or moved again and again; other processes are not heard for ${MEND_MS} ms`),
      )
      return
    }
    this.#replacedAt = now
    this.#disconnect()
    this.#isBroken = true
    this.#connect()
  }

  #break(error: unknown): void {
    const { clock, failed, heard } = this.#parts
    this.#disconnect()
    if (this.#isClosed) return
    this.#mending?.cancel()
    this.#mending = clock.setTimer(clock.now() + MEND_MS, () => this.#connect())
    this.#mending.unref()
    if (this.#isBroken) return
    this.#isBroken = true
    failed(error)
    if (this.#listens) heard(HINT.resync)
  }

  #disconnect(): void {
    this.#watcher?.close()
    this.#watcher = undefined
    try {
      this.#file?.close()
    } catch {
      // It is let go of in any case.
    }
    this.#file = undefined
  }
}
