import type { ContractOptions } from '../model/contract.js'

/** Shared by all copies of rota in a process: the bundle of a function may hold one of its own. */
const DESCRIBED: unique symbol = Symbol.for('rota.contract')

/** What a function tells of its contract, as plain data. */
export interface DescribedContract {
  /** As it is written on payloads. */
  readonly stamp: string
  readonly version: number
  /** The versions that it has a step from. */
  readonly migrates: readonly number[]
  /** JSON Schema of its payloads; null: its schema does not tell. */
  readonly schema: Readonly<Record<string, unknown>> | null
}

/** Has a function tell its contract. */
export function describeContract<Run extends object>(
  run: Run,
  contract: (Omit<DescribedContract, 'migrates'> & Pick<ContractOptions, 'migrate'>) | null,
): Run {
  if (contract === null) return run
  const { migrate = {}, schema, stamp, version } = contract
  const migrates = Object.keys(migrate).map(Number)
  return Object.defineProperty(run, DESCRIBED, { value: { stamp, version, migrates, schema } })
}

/** What a function tells of its contract; null for one that tells nothing. */
export function describedContract(run: unknown): DescribedContract | null {
  if (typeof run !== 'function') return null
  return (run as { readonly [DESCRIBED]?: DescribedContract })[DESCRIBED] ?? null
}
