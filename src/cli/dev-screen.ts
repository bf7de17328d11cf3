import { Alarm } from '../async/alarm.js'
import type { Clock } from '../model/clock.js'
import type { DurationMs, EpochMs } from '../model/units.js'
import type { DevEvent, NextTick } from '../stack/dev/dev-event.js'
import { functionsOf } from '../stack/runtime/stack-functions.js'
import { countsOf, problemLines, shownUrl } from './dev-log.js'
import { type LogLevel, logLine } from './log-line.js'
import { redactSecrets } from './redact.js'
import { formatTimeOfDay } from './render/instant.js'
import type { Screen } from './render/screen.js'
import type { Text } from './render/text.js'
import type { ServiceLog } from './run-services.js'

/** Lines of the activity that are kept: more than the rows of any terminal. */
const LINES_MAX = 500

/** Ticks and running jobs that are shown. */
const SHOWN_MAX = 5

/** A thousand things a second make no more than ten pictures. */
const DRAW_WITHIN_MS: DurationMs = 100

/** Nothing may have happened, but a second has passed, and the next tick is nearer. */
const DRAW_EVERY_MS: DurationMs = 1_000

type Line = readonly Text[]

/** One screen that tells what an app under development does: problems, running jobs, next ticks, and what has happened. */
export class DevScreen implements ServiceLog {
  readonly #screen: Screen
  readonly #clock: Clock
  readonly #draw: Alarm
  readonly #lines: Line[] = []
  /** What is wrong now: with the config under '', with tasks under their names. */
  readonly #problems = new Map<string, readonly string[]>()
  readonly #running = new Map<string, { readonly task: string; readonly since: EpochMs }>()
  readonly #ended = { completed: 0, failed: 0 }
  #title: Line = [{ text: 'rota dev', style: 'bold' }]
  #ticks: readonly NextTick[] = []

  constructor(screen: Screen, clock: Clock) {
    this.#screen = screen
    this.#clock = clock
    this.#draw = new Alarm(clock, () => this.tick())
  }

  open(): void {
    this.#screen.enter()
    this.tick()
  }

  /** Gives the terminal back, with what is still wrong on it. */
  close(): readonly string[] {
    this.#draw.cancel()
    this.#screen.leave()
    return [...this.#problems.values()].flat()
  }

  info(facts: object, message: string): void {
    this.#add('info', facts, message)
  }

  warn(facts: object, message: string): void {
    this.#add('warn', facts, message)
  }

  error(facts: object, message: string): void {
    this.#add('error', facts, message)
  }

  /** Notes what an event changes beside the log. */
  tell(event: DevEvent): void {
    this.#note(event)
    this.#draw.setWithin(DRAW_WITHIN_MS)
  }

  /** Draws once. */
  tick(): void {
    this.#screen.draw(this.#picture(this.#clock.now()))
    this.#draw.setWithin(DRAW_EVERY_MS)
  }

  #add(level: LogLevel, facts: object, message: string): void {
    this.#lines.push(logLine(level, this.#clock.now(), facts, message))
    if (this.#lines.length > LINES_MAX) this.#lines.shift()
    this.#draw.setWithin(DRAW_WITHIN_MS)
  }

  #note(event: DevEvent): void {
    switch (event.type) {
      case 'opened': {
        const counts = Object.entries(countsOf(event.config)).map(
          ([what, count]) => `${String(count)} ${count === 1 ? what.slice(0, -1) : what}`,
        )
        const known = new Set(functionsOf(event.config).map(({ record }) => record))
        for (const task of this.#problems.keys()) if (!known.has(task)) this.#problems.delete(task)
        this.#title = [
          { text: 'rota dev', style: 'bold' },
          `  ${event.config.app}  `,
          { text: `${counts.join(', ')}  ${shownUrl(event.url)}`, style: 'dim' },
        ]
        return
      }
      case 'config-failed':
        return void this.#problems.set('', problemLines(event.error))
      case 'config-restored':
        return void this.#problems.delete('')
      case 'build-failed':
        return void this.#problems.set(event.task, problemLines(event.error))
      case 'built':
        return void this.#problems.delete(event.task)
      case 'ticks':
        this.#ticks = event.next
        return
      case 'worker':
        return this.#noteWorker(event.event)
      default:
    }
  }

  #noteWorker(event: Extract<DevEvent, { type: 'worker' }>['event']): void {
    if (event.type === 'started') this.#running.set(event.job.id, { task: event.job.task, since: this.#clock.now() })
    if (event.type === 'ended' || event.type === 'lease-lost') this.#running.delete(event.job.id)
    if (event.type === 'ended' && event.outcome === 'complete') this.#ended.completed++
    if (event.type === 'failed' && event.failure !== null) this.#ended.failed++
  }

  #picture(now: EpochMs): readonly Line[] {
    const { completed, failed } = this.#ended
    const counts: Line = [
      `running ${String(this.#running.size)}  `,
      { text: `completed ${String(completed)}`, style: 'green' },
      '  ',
      failed === 0 ? 'failed 0' : { text: `failed ${String(failed)}`, style: 'red' },
      { text: '  Ctrl-C ends it', style: 'dim' },
    ]
    const { rows } = this.#screen
    const head = [
      this.#title,
      counts,
      ...section('Problems', this.#problemLines(Math.max(3, Math.floor(rows / 3)))),
      ...section('Running', this.#runningLines(now)),
      ...section('Next', this.#tickLines(now)),
    ]
    const room = Math.max(0, rows - head.length - 2)
    return [...head, ...section('Activity', room === 0 ? [] : this.#lines.slice(-room))]
  }

  #problemLines(max: number): readonly Line[] {
    const all = [...this.#problems.values()].flat()
    const shown = all.length > max ? all.slice(0, max - 1) : all
    const lines = shown.map((text): Line => [{ text: `  ${redactSecrets(text)}`, style: 'red' }])
    return all.length > max
      ? [...lines, [{ text: `  and ${String(all.length - shown.length)} more`, style: 'red' }]]
      : lines
  }

  #runningLines(now: EpochMs): readonly Line[] {
    return [...this.#running]
      .slice(0, SHOWN_MAX)
      .map(([id, { since, task }]): Line => [
        `  ${task}  `,
        { text: `${id}  since ${lengthText(now - since)}`, style: 'dim' },
      ])
  }

  #tickLines(now: EpochMs): readonly Line[] {
    return this.#ticks
      .slice(0, SHOWN_MAX)
      .map(({ at, schedule }): Line => [
        `  ${schedule}  `,
        { text: `in ${lengthText(Math.max(0, at - now))}, at ${formatTimeOfDay(at)} UTC`, style: 'dim' },
      ])
  }
}

function section(title: string, lines: readonly Line[]): readonly Line[] {
  return lines.length === 0 ? [] : [[], [{ text: title, style: 'bold' }], ...lines]
}

/** The two greatest units of a length: `2 d 3 h`, `5 min 20 s`, `0 s`. */
function lengthText(length: DurationMs): string {
  const seconds = Math.floor(length / 1000)
  const units = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const
  const first = units.findIndex(([count]) => count > 0)
  if (first === -1) return '0 s'
  return units
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${String(count)} ${unit}`)
    .join(' ')
}
