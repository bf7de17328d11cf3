/** A function that stands in for a task, a queue, a topic or a cron, and knows what it was called with. */
export interface MockFunction<Payload = unknown, Result = unknown> {
  (payload: Payload): Promise<Result>
  /** The payloads that it was called with, in that order. */
  readonly calls: readonly Payload[]
  /** Forgets them. Done at the beginning of every test. */
  clear(): void
  /** The same as Vitest and Jest read it: `expect(mock).toHaveBeenCalledWith(payload)`. */
  readonly mock: {
    readonly calls: readonly (readonly [Payload])[]
    readonly results: readonly MockedResult[]
  }
  /** What those look for. */
  readonly _isMockFunction: true
  getMockName(): string
}

/** How one call ended: with a promise, which may still be rejected, or not at all. */
export interface MockedResult {
  readonly type: 'return'
  readonly value: unknown
}

/** Makes one that does what `run` does; without it, nothing. */
export function mockFunction(name: string, run: (payload: unknown) => unknown = () => undefined): MockFunction {
  const payloads: unknown[] = []
  const calls: [unknown][] = []
  const results: MockedResult[] = []
  const call = (payload: unknown): Promise<unknown> => {
    // What throws rejects, as with every other call of rota.
    const value = Promise.resolve().then(() => run(payload))
    value.catch(() => undefined)
    payloads.push(payload)
    calls.push([payload])
    results.push({ type: 'return', value })
    return value
  }
  const clear = (): void => {
    for (const list of [payloads, calls, results]) list.length = 0
  }
  const members = { calls: payloads, clear, mock: { calls, results }, _isMockFunction: true, getMockName: () => name }
  return Object.assign(call, members as Pick<MockFunction, keyof typeof members>)
}
