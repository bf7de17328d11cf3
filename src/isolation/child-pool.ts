import { Alarm } from '../async/alarm.js'
import type { Timer } from '../model/clock.js'
import type { ResolvedRunnerOptions } from './runner-options.js'
import { checkFile } from './runner-options.js'
import { WarmChild } from './warm-child.js'

/**
 * How often running children are looked at. One that did nothing but fill buffers was ended 5 to 10 MB above its limit (2026-11-21, busy
 * 2-core machine); a look costs 20 to 60 µs.
 */
const LOOK_EVERY_MS = 25

/** How often idle children are looked at. */
const IDLE_LOOK_EVERY_MS = 1000

/** Keeps children ready for attempts, and replaces those that end. */
export class ChildPool {
  readonly #options: ResolvedRunnerOptions
  readonly #children = new Set<WarmChild>()
  readonly #alarm: Alarm
  #file: string
  #version = 1
  #idleTimer: Timer | null = null
  #isClosed = false

  constructor(file: string, options: ResolvedRunnerOptions) {
    this.#options = options
    this.#file = file
    this.#alarm = new Alarm(options.clock, () => this.tick())
    this.#refill()
  }

  /** Children that live, and those of them that run an attempt. */
  get figures(): { readonly children: number; readonly running: number } {
    const running = [...this.#children].filter((child) => child.isRunning).length
    return { children: this.#children.size, running }
  }

  /** A child for one attempt: the one that was used last, or a new one. Give it back. */
  take(): WarmChild {
    const idle = [...this.#children].filter((child) => child.isIdle && child.version === this.#version)
    const latest = idle.reduce<WarmChild | null>(
      (best, child) => (best === null || child.idleSince > best.idleSince ? child : best),
      null,
    )
    this.#alarm.setWithin(LOOK_EVERY_MS)
    return latest ?? this.#start()
  }

  /** Its attempt has ended. */
  give(child: WarmChild): void {
    child.look()
    if (child.isIdle && child.version !== this.#version) child.close()
    if (!this.#isClosed) this.#refill()
    this.#rest()
  }

  /** From now on attempts run another file; those that run now end as they began. */
  use(file: string): void {
    checkFile(this.#options.what, file)
    this.#file = file
    this.#version++
    for (const child of this.#children) if (child.isIdle) child.close()
    this.#refill()
  }

  /** Looks at every child: its memory, its output, and whether it is still needed. */
  tick(): void {
    const { clock, idleMs, warm } = this.#options
    const unneeded = clock.monotonic() - idleMs
    for (const child of this.#children) {
      child.look()
      if (child.isIdle && child.idleSince <= unneeded && this.#usable > warm) child.close()
    }
    this.#rest()
  }

  /** Ends every child; resolves when all are gone. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#alarm.cancel()
    this.#idleTimer?.cancel()
    const children = [...this.#children]
    for (const child of children) child.close()
    await Promise.all(children.map((child) => child.ended.promise))
  }

  #start(): WarmChild {
    const { room } = this.#options
    room.makeSpace()
    const child = new WarmChild(this.#file, this.#version, this.#options)
    this.#children.add(child)
    room.add(child)
    void child.ended.promise.then(() => {
      this.#children.delete(child)
      room.delete(child)
    })
    return child
  }

  /**
   * As many as are to be kept ready. Called when something was asked of the pool and never because a child ended: one that cannot
   * be loaded must not be started again and again.
   */
  #refill(): void {
    const { room, warm } = this.#options
    for (let count = this.#usable; count < warm && room.hasSpace; count++) this.#start()
    this.#rest()
  }

  get #usable(): number {
    return [...this.#children].filter((child) => !child.isDying && child.version === this.#version).length
  }

  /** The next look: soon while something runs, seldom while nothing does, and then no reason to stay up. */
  #rest(): void {
    if (this.#isClosed || this.#children.size === 0) return
    const { clock } = this.#options
    if (this.figures.running > 0) this.#alarm.setWithin(LOOK_EVERY_MS)
    this.#idleTimer?.cancel()
    this.#idleTimer = clock.setTimer(clock.now() + IDLE_LOOK_EVERY_MS, () => this.tick())
    this.#idleTimer.unref()
  }
}
