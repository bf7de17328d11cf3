import { setTimeout as wait } from 'node:timers/promises'
import type { Rota } from 'rota'
import { draw, type QueueLine, Screen, type Snapshot } from './view.js'

const LOOK_EVERY_MS = 500

/** Of a terminal that does not say how wide it is. */
const WIDTH_DEFAULT = 100

/** What a view has to know. */
export interface ViewOptions {
  readonly round: string
  /** Months of a round. */
  readonly of: number
  /** Redraw in place. */
  readonly live: boolean
}

/** Looks at a running rota and shows it: redrawn in place on a terminal, as a line now and then elsewhere. */
export class LiveView {
  readonly #rota: Rota
  readonly #options: ViewOptions
  readonly #screen = new Screen(process.stdout)
  readonly #startedAt = performance.now()
  #before = new Map<string, number>()
  #lookedAt = performance.now()
  #lines: string[] = []

  constructor(rota: Rota, options: ViewOptions) {
    this.#rota = rota
    this.#options = options
  }

  /** A sentence that stays on the screen. */
  say(text: string): void {
    if (this.#options.live) this.#lines.push(text)
    else console.log(text)
  }

  /** Draws until the signal aborts. */
  async watch(signal: AbortSignal): Promise<void> {
    for (let look = 0; !signal.aborted; look++) {
      const snapshot = await this.#look()
      if (this.#options.live) {
        this.#screen.draw([
          ...draw(snapshot, process.stdout.columns || WIDTH_DEFAULT),
          ...this.#lines.map((line) => `  ${line}`),
        ])
      } else if (look % 6 === 0) {
        const finished = snapshot.queues.reduce((sum, queue) => sum + queue.completed + queue.failed, 0)
        console.log(
          `${snapshot.seconds.toFixed(0).padStart(4)} s  ${snapshot.month}  ${String(snapshot.done)} of ${String(snapshot.of)} months, ${String(finished)} jobs finished`,
        )
      }
      await wait(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined)
    }
  }

  /** Prints what was done, from the counters of the store, and the command by which to look further. */
  async summary(look: string, reportFile: string): Promise<void> {
    const { queues } = await this.#look()
    const sum = (pick: (queue: QueueLine) => number): string =>
      String(queues.reduce((all, queue) => all + pick(queue), 0))
    console.log(
      `\n${sum((queue) => queue.completed)} jobs completed, ${sum((queue) => queue.failed)} failed, ${sum((queue) => queue.waiting)} waiting.`,
    )
    for (const job of (await this.#rota.list({ state: 'failed', limit: 20 })).jobs) {
      console.log(`  failed ${job.id}: ${job.error?.message ?? 'no error'}`)
    }
    const report = await this.#rota.get(`${this.#options.round}:report`)
    if (report?.state === 'completed') console.log(`  report ${reportFile}`)
    console.log(`  look   ${look}`)
  }

  async #look(): Promise<Snapshot> {
    const [counts, running, failed, schedules, walk] = await Promise.all([
      this.#rota.counts(),
      this.#rota.list({ state: 'running', limit: 8 }),
      this.#rota.list({ state: 'failed', limit: 3 }),
      this.#rota.schedules.list(),
      this.#rota.get(`${this.#options.round}:walk`),
    ])
    const now = performance.now()
    const seconds = (now - this.#lookedAt) / 1000
    const queues = new Map<string, { waiting: number; running: number; completed: number; failed: number }>()
    for (const { queue, state, count, total } of counts) {
      const line = queues.get(queue) ?? { waiting: 0, running: 0, completed: 0, failed: 0 }
      queues.set(queue, line)
      if (state === 'pending' || state === 'blocked') line.waiting += count
      else if (state === 'running') line.running += count
      else if (state === 'completed') line.completed += total
      else if (state === 'failed') line.failed += total
    }
    const lines = [...queues].map(([name, line]) => {
      const finished = line.completed + line.failed
      const perSecond = Math.max(0, finished - (this.#before.get(name) ?? finished)) / Math.max(seconds, 0.001)
      this.#before.set(name, finished)
      return { name, ...line, perSecond }
    })
    this.#lookedAt = now
    const state = (walk?.state === 'completed' ? walk.result : walk?.payload) as
      { month?: string; soFar?: { months: string[] }; months?: string[] } | undefined
    const done = state?.months ?? state?.soFar?.months ?? []
    return {
      seconds: (now - this.#startedAt) / 1000,
      queues: lines,
      running: running.jobs.map((job) => job.id),
      failures: failed.jobs.map((job) => `${job.id} (${job.error?.message ?? ''})`),
      ticks: schedules.map(
        (schedule) => `${schedule.name} ${schedule.nextTickAt?.toISOString().slice(11, 19) ?? 'never'}`,
      ),
      month: state?.month ?? done.at(-1) ?? '',
      done: done.length,
      of: this.#options.of,
    }
  }
}
