import type { ResourceName } from '../client/resource-proxies.js'
import type { Clock } from '../model/clock.js'
import { nearestKey } from '../model/nearest-key.js'
import { QUEUE_DEFAULT } from '../model/policy.js'
import { type AnyTask, task, withContractStamp } from '../model/task-definition.js'
import type { Subscription } from '../port/control-store.js'
import type { StampOf } from './contract-stamps.js'
import { isRouted, type RoutedKind } from './route-records.js'

/** Where one job goes. */
export interface Target {
  readonly task: AnyTask
  readonly queue: string
}

/** Somebody who knows where calls go: the config, or the store. */
export interface RouteSource {
  /** null: not known here. */
  find(kind: RoutedKind, record: string): Promise<readonly Subscription[] | null>
  /** What is known of a kind, by its names on record; for those who wrote another. */
  names(kind: RoutedKind): Promise<readonly string[]>
}

/** A route is asked for again after so long: programs that only enqueue live for months, and configs change. */
const KNOWN_FOR_MS = 10_000

/** Names come from the code of a program, so that there are few; what a bug makes of them must not fill the memory. */
const ROUTES_MAX = 10_000

interface KnownRoute {
  readonly targets: readonly Target[]
  /** Monotonic. */
  readonly since: number
}

/** Tells where the calls of an entry go, from the first source that knows. */
export class RouteBook {
  readonly #sources: readonly RouteSource[]
  readonly #knownTask: (name: string) => AnyTask | undefined
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #stampOf: StampOf
  readonly #routes = new Map<string, KnownRoute>()

  constructor(parts: {
    readonly sources: readonly RouteSource[]
    /** The tasks that this program has defined itself: they bring their schemas and policies. */
    readonly knownTask: (name: string) => AnyTask | undefined
    readonly clock: Pick<Clock, 'monotonic'>
    /** The contract of payloads for a task of another program. @defaultValue nobody says */
    readonly stampOf?: StampOf
  }) {
    this.#sources = parts.sources
    this.#knownTask = parts.knownTask
    this.#clock = parts.clock
    this.#stampOf = parts.stampOf ?? (async () => undefined)
  }

  /** Rejects with a `TypeError` that names the nearest when no source knows the entry. */
  async find(name: ResourceName): Promise<readonly Target[]> {
    const { kind, record } = name
    if (!isRouted(kind)) throw new TypeError(`${name.written}: expected a task, a queue or a topic, got a cron`)
    const own = kind === 'Task' ? this.#knownTask(record) : undefined
    if (own !== undefined) return [{ task: own, queue: own.policy.queue ?? QUEUE_DEFAULT }]
    const now = this.#clock.monotonic()
    const key = `${kind} ${record}`
    const known = this.#routes.get(key)
    if (known !== undefined && now - known.since < KNOWN_FOR_MS) return known.targets
    const targets = await this.#look(kind, name)
    if (this.#routes.size >= ROUTES_MAX) this.#routes.clear()
    this.#routes.set(key, { targets, since: now })
    return targets
  }

  async #look(kind: RoutedKind, name: ResourceName): Promise<readonly Target[]> {
    for (const source of this.#sources) {
      const found = await source.find(kind, name.record)
      if (found !== null) return Promise.all(found.map((target) => this.#targetOf(target)))
    }
    const names = new Set<string>()
    for (const source of this.#sources) for (const one of await source.names(kind)) names.add(one)
    throw unknownEntry(name, [...names])
  }

  async #targetOf({ task: name, queue }: Subscription): Promise<Target> {
    const known = this.#knownTask(name)
    if (known !== undefined) return { task: known, queue }
    return { task: withContractStamp(task<unknown>(name, { queue }), await this.#stampOf(name)), queue }
  }
}

/** What whoever named an entry that there is not is told. */
export function unknownEntry({ kind, record, written }: ResourceName, names: readonly string[]): TypeError {
  const [first, ...others] = names
  const noun = kind.toLowerCase()
  if (first === undefined) {
    const what = `expected a ${noun} of the config, or one that the store knows since \`rota dev\` or a worker ran`
    return new TypeError(`${written}: ${what}, got "${record}" where there is none at all`)
  }
  const nearest = nearestKey(record, [first, ...others])
  return new TypeError(`${written}: expected a ${noun} that there is, such as "${nearest}", got "${record}"`)
}
