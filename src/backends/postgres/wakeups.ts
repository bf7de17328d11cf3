import type { Timer } from '../../model/clock.js'
import type { DurationMs } from '../../model/units.js'
import type { Wakeup, Wakeups as Port } from '../../port/wakeups.js'
import type { Connections } from './connections.js'
import { closedError } from './errors.js'
import { HintListener } from './hint-listener.js'
import { hintChannel, MIGRATED } from './migrations/migrate.js'
import type { ResolvedOptions } from './options.js'

/** Runs one statement of its own. */
type Run = (text: string, values: readonly unknown[], signal: AbortSignal) => Promise<unknown>

type PlainKind = Exclude<Wakeup['kind'], 'jobs' | 'resync'>

const PLAIN_KINDS: ReadonlySet<string> = new Set<PlainKind>(['schedules', 'cancel', 'settings', 'events'])

/** What a commit has to tell. `queues`: in which something may have become claimable; null: in any of them. */
export interface Changed {
  readonly queues?: Iterable<string> | null
  readonly kinds?: readonly PlainKind[]
}

/** Under load one NOTIFY in this time tells of every commit: each costs the server a commit of its own. */
const NOTIFY_PAUSE_MS: DurationMs = 5

/**
 * Where somebody in this process has heard of new jobs already, others hear this much later: its claim, on its way at that moment,
 * would wait for the commit of the hint.
 */
const NOTIFY_OTHERS_MS: DurationMs = 2

/** A program that has waited for a result may soon wait for another; one that is done should end, which a connection that listens forbids. */
const LINGER_MS: DurationMs = 1_000

/** Hints make others quicker, no more: a program that ends waits no longer than so for a server that does not take them. */
const FAREWELL_MS: DurationMs = 1_000

/** Payloads of NOTIFY must be shorter than 8,000 bytes. */
const PAYLOAD_BYTES_MAX = 7_000

/**
 * The hints of one backend object: those of its own commits come straight from them, those of others by LISTEN. They are sent after
 * the commit, and together, so that no enqueue ever waits or fails for them.
 */
export class Wakeups implements Port {
  readonly #options: ResolvedOptions
  readonly #run: Run
  readonly #migrated: () => void
  readonly #listeners = new Set<(hint: Wakeup) => void>()
  readonly #closed = new AbortController()
  readonly channel: string
  /** Where to listen; null: nowhere. */
  #ear: Connections | null | undefined
  #listener: HintListener | undefined
  /** Runs while nobody has been listening for a moment. */
  #lingering: Timer | undefined
  /** The end of the listeners that were let go. */
  #left: Promise<void> = Promise.resolve()
  #queues = new Set<string>()
  #anyQueue = false
  #kinds = new Set<PlainKind>()
  #sending: Promise<void> | undefined
  /** The hint that is on its way. */
  #flying: Promise<unknown> | undefined
  #sentAt = -Infinity

  /** `migrated`: told when somebody has made another schema of the one that is used here. */
  constructor(options: ResolvedOptions, run: Run, migrated: () => void) {
    this.#options = options
    this.#run = run
    this.#migrated = migrated
    this.channel = hintChannel(options.schema)
  }

  /** Whether other processes can be heard; before the store is open, whether they are meant to. */
  get isShared(): boolean {
    return this.#ear === undefined ? this.#options.listen !== false : this.#ear !== null
  }

  /** `connectionsMax`: of a single one a listener would leave nothing. */
  open(connections: Connections, connectionsMax: number | undefined): void {
    const { listen } = this.#options
    const isWanted = listen === 'unless-pooled' ? !connections.isPooled : listen
    this.#ear = isWanted && connectionsMax !== 1 ? connections : null
    if (this.#listeners.size > 0) this.#listen()
  }

  /** Connections were lost without a word: the one that listens may be among them. */
  doubt(): void {
    this.#listener?.ask()
  }

  subscribe(listener: (hint: Wakeup) => void): () => void {
    if (this.#closed.signal.aborted) throw closedError(`schema "${this.#options.schema}"`, true)
    // A function of its own, so that one listener can be subscribed twice.
    const own = (hint: Wakeup): void => listener(hint)
    this.#listeners.add(own)
    this.#listen()
    return () => {
      this.#listeners.delete(own)
      if (this.#listeners.size === 0) this.#linger()
    }
  }

  /** Tells everybody what a commit has changed. Never throws. */
  committed({ queues = [], kinds = [] }: Changed): void {
    if (queues === null) this.#anyQueue = true
    else for (const queue of queues) this.#queues.add(queue)
    for (const kind of kinds) this.#kinds.add(kind)
    const names = queues === null ? null : [...queues]
    if (names === null || names.length > 0) this.#give({ kind: 'jobs', queues: names })
    for (const kind of kinds) this.#give({ kind })
    if (this.#anyQueue || this.#queues.size > 0 || this.#kinds.size > 0) this.#sending ??= this.#send()
  }

  /** What a transaction of a user sends itself, to be told when it commits, also to this process. */
  payload({ queues = [], kinds = [] }: Changed, origin = ''): string {
    const named = { o: origin, q: queues === null ? null : [...queues], k: kinds }
    const text = JSON.stringify(named)
    return Buffer.byteLength(text) <= PAYLOAD_BYTES_MAX ? text : JSON.stringify({ ...named, q: null })
  }

  /** Nothing fires afterwards. Whoever enqueues and ends at once has told the others. */
  async close(): Promise<void> {
    const { clock } = this.#options
    this.#listeners.clear()
    this.#lingering?.cancel()
    const impatience = clock.setTimer(clock.now() + FAREWELL_MS, () => this.#closed.abort())
    await this.#flying?.catch(() => undefined)
    await this.#flush()
    impatience.cancel()
    this.#closed.abort()
    await this.#sending
    await this.#listener?.stop()
    await this.#left
  }

  /** Lets the listener go once nobody has listened for a while. */
  #linger(): void {
    if (this.#listener === undefined || this.#closed.signal.aborted) return
    const { clock } = this.#options
    this.#lingering?.cancel()
    this.#lingering = clock.setTimer(clock.now() + LINGER_MS, () => {
      const listener = this.#listener
      this.#listener = undefined
      this.#left = Promise.all([this.#left, listener?.stop()]).then(() => undefined)
    })
  }

  #listen(): void {
    this.#lingering?.cancel()
    if (this.#ear == null) return
    this.#listener ??= new HintListener({
      connections: this.#ear,
      channel: this.channel,
      clock: this.#options.clock,
      onError: this.#options.onError,
      heard: (payload) => this.#hear(payload),
      connected: () => this.#give({ kind: 'resync' }),
    })
  }

  /** One at a time; what is changed meanwhile goes with the next. */
  async #send(): Promise<void> {
    const { clock } = this.#options
    try {
      while (this.#anyQueue || this.#queues.size > 0 || this.#kinds.size > 0) {
        const pauseMs = Math.max(this.#urgencyMs(), this.#sentAt + NOTIFY_PAUSE_MS - clock.monotonic())
        if (pauseMs > 0) await clock.sleep(pauseMs, this.#closed.signal)
        this.#sentAt = clock.monotonic()
        await this.#flush()
      }
    } catch {
      // Closed while it paused.
    } finally {
      this.#sending = undefined
    }
  }

  /** How long what has changed can wait for more: news of what became of jobs makes nobody start anything. */
  #urgencyMs(): DurationMs {
    if (!this.#anyQueue && this.#queues.size === 0 && this.#kinds.size === 1 && this.#kinds.has('events'))
      return NOTIFY_PAUSE_MS
    return this.#listeners.size > 0 ? NOTIFY_OTHERS_MS : 0
  }

  async #flush(): Promise<void> {
    if (!this.#anyQueue && this.#queues.size === 0 && this.#kinds.size === 0) return
    const changed = { queues: this.#anyQueue ? null : this.#queues, kinds: [...this.#kinds] }
    const payload = this.payload(changed, this.#options.origin)
    this.#anyQueue = false
    this.#queues = new Set()
    this.#kinds = new Set()
    try {
      this.#flying = this.#run('SELECT pg_notify($1, $2)', [this.channel, payload], this.#closed.signal)
      await this.#flying
    } catch (error) {
      // Only latency suffers.
      if (!this.#closed.signal.aborted) this.#options.onError(error)
    }
  }

  #hear(payload: string): void {
    const hint = readHint(payload)
    if (hint === null || hint.o === this.#options.origin) return
    if (hint.isMigrated) this.#migrated()
    if (hint.q === null || hint.q.length > 0) this.#give({ kind: 'jobs', queues: hint.q })
    for (const kind of hint.k) this.#give({ kind })
  }

  #give(hint: Wakeup): void {
    for (const listener of this.#listeners) {
      try {
        listener(hint)
      } catch (error) {
        this.#options.onError(error)
      }
    }
  }
}

interface Hint {
  readonly o: string
  readonly q: readonly string[] | null
  readonly k: readonly PlainKind[]
  readonly isMigrated: boolean
}

/** As `payload` writes it. Anybody may send what he likes to a channel: what is no hint is none. */
function readHint(payload: string): Hint | null {
  try {
    const { o, q, k } = JSON.parse(payload) as { o?: unknown; q?: unknown; k?: unknown }
    if (!(q === null || isTexts(q)) || !isTexts(k)) return null
    const kinds = k.filter((kind): kind is PlainKind => PLAIN_KINDS.has(kind))
    return { o: String(o), q, k: kinds, isMigrated: k.includes(MIGRATED) }
  } catch {
    return null
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}
