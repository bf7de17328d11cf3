import type { HandlerContext } from '../../src/model/handler-context.js'
import type { ChildEnd, ChildListener, IsolatedChild } from '../../src/isolation/isolated-child.js'
import type { AttemptEnd, FromChild, ToChild } from '../../src/isolation/messages.js'

const RETURNED: AttemptEnd = { how: 'returned', value: { json: '"done"', note: null }, problem: null }

/** A child that does what the test says. */
export class FakeChild implements IsolatedChild {
  readonly name = 'process 1'
  readonly sent: ToChild[] = []
  readonly #listener: ChildListener
  bytes: number | 'ask' | null = 1
  held = true
  killed = 0
  asked = 0
  isOver = false
  /** A child that hangs does not end when it is asked to. */
  hangs = false

  constructor(listener: ChildListener) {
    this.#listener = listener
  }

  /** The id of the attempt that it was sent last. */
  get id(): number {
    return Math.max(0, ...this.sent.map((message) => (message.kind === 'run' ? message.id : 0)))
  }

  get kinds(): string[] {
    return this.sent.map(({ kind }) => kind)
  }

  send(message: ToChild): void {
    this.sent.push(message)
  }

  memoryBytes(): number | 'ask' | null {
    return this.bytes
  }

  hold(held: boolean): void {
    this.held = held
  }

  end(): void {
    this.asked++
    if (!this.hangs) this.over({ code: 0 })
  }

  kill(): void {
    this.killed++
    this.over({ signal: 'SIGKILL' })
  }

  tell(message: FromChild): void {
    this.#listener.message(message)
  }

  print(stream: 'stdout' | 'stderr', text: string): void {
    this.#listener.output(stream, text)
  }

  started(): void {
    this.tell({ kind: 'started', id: this.id })
  }

  /** The handler has ended, and all that it printed has arrived. */
  ended(end: AttemptEnd = RETURNED, id = this.id): void {
    this.print('stdout', `\u0000rota:${id}\u0000`)
    this.print('stderr', `\u0000rota:${id}\u0000`)
    this.tell({ kind: 'ended', id, end })
  }

  over(end: Partial<ChildEnd>): void {
    if (this.isOver) return
    this.isOver = true
    this.#listener.ended({ code: null, signal: null, error: null, heapFull: false, ...end })
  }
}

/** What a worker gives a handler, and what was done with it. */
export interface FakeContext extends HandlerContext<unknown, never> {
  readonly controller: AbortController
  readonly lines: string[]
  readonly told: unknown[]
}

export function fakeContext(id = 'job-1'): FakeContext {
  const controller = new AbortController()
  const lines: string[] = []
  const told: unknown[] = []
  const job = {
    id,
    task: 'orders:process',
    queue: 'default',
    priority: 3,
    attempt: 1,
    maxTries: 3,
    iterations: 0,
    enqueuedAt: new Date(0),
    deadline: null,
    headers: {},
    contract: null,
    tick: null,
    complete: () => Promise.resolve(),
  }
  const outcome = (kind: string) => (given: unknown) => ({ kind, given }) as never
  return {
    controller,
    lines,
    told,
    signal: controller.signal,
    job,
    fence: 7,
    log: {
      debug: (message) => lines.push(`debug ${message}`),
      info: (message) => lines.push(`info ${message}`),
      warn: (message) => lines.push(`warn ${message}`),
      error: (message) => lines.push(`error ${message}`),
    },
    progress: (value) => void told.push(value),
    again: outcome('again'),
    snooze: outcome('snooze'),
    cancel: outcome('cancel'),
  }
}
