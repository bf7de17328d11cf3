/** Turns a payload of one version of a contract into one of the next. What callers pass goes in, before any schema has parsed it. */
export type Migration = (payload: never) => unknown

/** What a task says about the shape of its payloads over time. */
export interface ContractOptions {
  /**
   * The version of its contract. Raise it with every change after which payloads that wait cannot be read any more.
   * 1 to 1,000,000. @defaultValue 1
   */
  readonly version?: number | undefined
  /** Steps between versions: `{ 1: (old) => ({ ...old, currency: 'EUR' }) }` turns payloads of version 1 into ones of version 2. */
  readonly migrate?: Readonly<Record<number, Migration>> | undefined
}

/** What a task says about its contract, where it says anything. */
export interface TaskContract extends ContractOptions {
  /** The contract of a function that this process does not run itself, as it is written on payloads; see `codec/contract.ts`. */
  readonly stamp?: string | undefined
}

const VERSION_MAX = 1_000_000

/** Throws a `TypeError` that begins with `what` for a version or for steps that make no sense. */
export function checkContract(what: string, { migrate, version }: ContractOptions): void {
  if (version !== undefined && !isVersion(version)) {
    throw new TypeError(`${what}: version: expected a whole number from 1 to ${VERSION_MAX}, got ${String(version)}`)
  }
  if (migrate === undefined) return
  if (typeof migrate !== 'object' || (migrate as unknown) === null) {
    throw new TypeError(`${what}: migrate: expected an object of functions by version, got ${typeof migrate}`)
  }
  const current = version ?? 1
  for (const [from, step] of Object.entries(migrate)) {
    if (!isVersion(Number(from)) || Number(from) >= current) {
      const expected = current === 1 ? 'a "version" above 1 that they lead to' : `versions from 1 to ${current - 1}`
      throw new TypeError(`${what}: migrate: expected ${expected}, got a step from ${JSON.stringify(from)}`)
    }
    if (typeof step !== 'function') {
      throw new TypeError(`${what}: migrate: ${from}: expected a function, got ${typeof step}`)
    }
  }
}

function isVersion(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= VERSION_MAX
}
