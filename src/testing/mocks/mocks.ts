import { openInvokers, scopedInvoker, setStandIn } from '../../app/invoker-scope.js'
import type { Invoker, ResourceKind, ResourceName } from '../../client/resource-proxies.js'
import type { MockFunction } from './mock-function.js'
import { mockInvoker } from './mock-invoker.js'

/** The mocks of this process. Those that were made before a test are a baseline: the end of the test brings them back. */
class Mocks {
  /** The systems of tests that are open: they run mocks as the handlers of their jobs. */
  readonly systems = new Set<object>()
  readonly #invoker: Invoker = mockInvoker(({ kind, record }) => this.get(kind, record))
  #mocks: ReadonlyMap<string, MockFunction> = new Map()
  #baseline: ReadonlyMap<string, MockFunction> | null = null

  get(kind: ResourceKind, record: string): MockFunction | undefined {
    return this.#mocks.get(keyOf(kind, record))
  }

  set(kind: ResourceKind, record: string, mock: MockFunction): void {
    this.#use(new Map([...this.#mocks, [keyOf(kind, record), mock]]))
  }

  /** What is mocked from here on is over with the test. */
  beginTest(): void {
    this.#baseline ??= this.#mocks
    for (const mock of this.#mocks.values()) mock.clear()
  }

  endTest(): void {
    if (this.#baseline !== null) this.#use(this.#baseline)
    this.#baseline = null
  }

  /** Takes all of them away. */
  clear(): void {
    this.#baseline = null
    this.#use(new Map())
  }

  #use(mocks: ReadonlyMap<string, MockFunction>): void {
    this.#mocks = mocks
    setStandIn(mocks.size === 0 ? undefined : (name) => this.#standIn(name))
  }

  /** A job of a mocked task is stored where a test has a store for it; every other call that is mocked goes no further. */
  #standIn({ kind, record }: ResourceName): Invoker | undefined {
    if (this.get(kind, record) !== undefined && (kind !== 'Task' || this.systems.size === 0)) return this.#invoker
    // What is not mocked must not find its way into the store of the nearest config.
    return scopedInvoker() === undefined && openInvokers().size === 0 ? this.#invoker : undefined
  }
}

/** One for all: a bundle of a stack finds it through `Task`. */
export const mocks = new Mocks()

function keyOf(kind: ResourceKind, record: string): string {
  return `${kind} ${record}`
}
