import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { RotaError } from '../model/errors.js'
import type { DescribedContract } from '../handlers/described-contract.js'

/** Beside the root config, in version control: what payloads of each task look like, and what is written on them. */
export const CONTRACTS_FILE = 'rota.contracts.json'

/** The contracts of an app at one time, by tasks on record; a task whose function tells none is not in it. */
export type Contracts = Readonly<Record<string, DescribedContract>>

/** The contracts beside a config; null when nobody has written any. Rejects with `CONFIG_INVALID` for what is no such file. */
export async function readContracts(folder: string): Promise<Contracts | null> {
  const file = join(folder, CONTRACTS_FILE)
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return null
    throw error
  })
  return text === null ? null : parseContracts(text, file)
}

/** The nearest contracts, in `folder` or above it; none when there are none. */
export async function nearestContracts(folder: string): Promise<Contracts> {
  const found = await readContracts(folder)
  const above = dirname(folder)
  return found ?? (above === folder ? {} : nearestContracts(above))
}

/** The contracts in a text; `file` is what an error calls it. */
export function parseContracts(text: string, file: string): Contracts {
  const { format, tasks } = (parseJson(text) ?? {}) as { readonly format?: unknown; readonly tasks?: unknown }
  if (format === 1 && isRecord(tasks) && Object.values(tasks).every(isContract)) return tasks as Contracts
  const message = `${file}: expected contracts as \`rota check --write\` writes them, got something else; write them again`
  throw new RotaError('CONFIG_INVALID', message, { facts: { file, problems: [], count: 0 } })
}

/** The text of contracts: the same for the same contracts, one line for each member, for those who review changes. */
export function contractsText(contracts: Contracts): string {
  const tasks = Object.fromEntries(Object.entries(contracts).toSorted(([one], [other]) => (one < other ? -1 : 1)))
  return `${JSON.stringify({ format: 1, tasks }, null, 2)}\n`
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function isContract(value: unknown): value is DescribedContract {
  if (!isRecord(value)) return false
  const { migrates, schema, stamp, version } = value
  const isStamp = typeof stamp === 'string' && /^\d{1,7}-[0-9a-f]{1,64}$/.test(stamp)
  return isStamp && typeof version === 'number' && Array.isArray(migrates) && (schema === null || isRecord(schema))
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
