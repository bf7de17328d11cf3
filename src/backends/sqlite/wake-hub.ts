import { realpathSync } from 'node:fs'
import type { Clock } from '../../model/clock.js'
import type { Wakeup } from '../../port/wakeups.js'
import { type Changes, HINT } from './changes.js'
import { WakeLink } from './wake-link.js'

/** One backend object that wants to hear of a file. */
export interface WakeMember {
  readonly clock: Clock
  hear(hint: Wakeup): void
  isListening(): boolean
  failed(error: unknown): void
}

/** The hub of each file that is open in this process, by its real path. */
const hubs = new Map<string, WakeHub>()

/** Hands the hints of one file to every backend object of this process that has it open, and to the other processes. */
export class WakeHub {
  readonly #path: string
  readonly #link: WakeLink
  readonly #members = new Set<WakeMember>()

  /** The hub of `file`, with one member more. */
  static join(file: string, member: WakeMember): WakeHub {
    const path = realPath(file)
    let hub = hubs.get(path)
    if (hub === undefined) hubs.set(path, (hub = new WakeHub(path, member.clock)))
    hub.#members.add(member)
    return hub
  }

  private constructor(path: string, clock: Clock) {
    this.#path = path
    this.#link = new WakeLink({
      path: `${path}-wake`,
      clock,
      heard: (hints) => this.#give(hintsOf(hints, null)),
      failed: (error) => {
        for (const member of this.#members) member.failed(error)
      },
    })
  }

  /** Hears other processes from now on. */
  listen(): void {
    this.#link.listen()
  }

  /** Tells everybody what a commit has changed. */
  committed({ hints, queues }: Changes): void {
    if (hints === 0) return
    this.#link.tell(hints)
    if (this.#members.size > 0) this.#give(hintsOf(hints, queues))
  }

  /** Tells this process that jobs of these queues are about to be stored; asks for the queues only if somebody listens. False when nobody was told. */
  announce(queuesOf: () => ReadonlySet<string>): boolean {
    const listening = [...this.#members].filter((member) => member.isListening())
    if (listening.length === 0) return false
    const queues = [...queuesOf()]
    if (queues.length === 0) return false
    for (const member of listening) member.hear({ kind: 'jobs', queues })
    return true
  }

  /** Nothing is given to `member` any more; the last one to leave closes the hub. */
  leave(member: WakeMember): void {
    this.#members.delete(member)
    if (this.#members.size > 0) return
    if (hubs.get(this.#path) === this) hubs.delete(this.#path)
    this.#link.close()
  }

  #give(hints: readonly Wakeup[]): void {
    for (const member of this.#members) for (const hint of hints) member.hear(hint)
  }
}

/** What a union of hints says; `resync` says all of it. */
function hintsOf(hints: number, queues: ReadonlySet<string> | null): readonly Wakeup[] {
  if ((hints & HINT.resync) !== 0) return [{ kind: 'resync' }]
  const list: Wakeup[] = []
  if ((hints & HINT.jobs) !== 0) list.push({ kind: 'jobs', queues: queues === null ? null : [...queues] })
  if ((hints & HINT.schedules) !== 0) list.push({ kind: 'schedules' })
  if ((hints & HINT.cancel) !== 0) list.push({ kind: 'cancel' })
  if ((hints & HINT.settings) !== 0) list.push({ kind: 'settings' })
  if ((hints & HINT.events) !== 0) list.push({ kind: 'events' })
  return list
}

function realPath(file: string): string {
  try {
    return realpathSync(file)
  } catch {
    return file
  }
}
