import { createHash } from 'node:crypto'
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec'
import { checkContract, type ContractOptions, type Migration } from '../model/contract.js'

/** A JSON Schema, as far as it is looked at here. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** The shape of a task's payloads at one time. */
export interface Contract {
  /** What is written on payloads: the version, and 12 digits of the hash of the schema, or 0 where there is none to hash. */
  readonly stamp: string
  readonly version: number
  /** What a payload must look like; null: the schema does not tell. */
  readonly schema: JsonSchema | null
  readonly migrate: Readonly<Record<number, Migration>>
}

/** So many digits differ by chance once in 10^14 changes, and stamps lie beside every payload. */
const HASH_LENGTH = 12

/** Says nothing about what is accepted. */
const ANNOTATIONS: ReadonlySet<string> = new Set([
  '$comment',
  '$schema',
  '~standard',
  'default',
  'deprecated',
  'description',
  'examples',
  'title',
])

/** What zod calls what JSON cannot say, which rota keeps all the same: it would be an empty schema, and equal to any other. */
const KEPT_TYPES: ReadonlySet<unknown> = new Set(['bigint', 'date', 'map', 'nan', 'set', 'undefined'])

/**
 * The contract of a task: of the JSON Schema that its schema offers (Standard JSON Schema), and of the version that it states. null for
 * one that has neither: nobody could tell two of its payloads apart.
 */
export function contractOf(
  what: string,
  { migrate = {}, schema, version }: ContractOptions & { readonly schema: StandardSchemaV1 | undefined },
): Contract | null {
  checkContract(what, { migrate, version })
  const json = jsonSchemaOf(schema)
  if (json === null && version === undefined) return null
  const stamp = `${version ?? 1}-${json === null ? '0' : hashOf(json)}`
  return Object.freeze({ stamp, version: version ?? 1, schema: json, migrate })
}

/** The version of a stamp. */
export function versionOf(stamp: string): number {
  return Number.parseInt(stamp, 10)
}

/** What a schema accepts as JSON Schema, in one order and without remarks; null where it does not say. */
function jsonSchemaOf(schema: StandardSchemaV1 | undefined): JsonSchema | null {
  const { jsonSchema, vendor } = (schema?.['~standard'] ?? {}) as Partial<StandardJSONSchemaV1.Props>
  if (jsonSchema === undefined) return null
  const libraryOptions = vendor === 'zod' ? { unrepresentable: 'any', override: nameKeptType } : {}
  try {
    return ordered(jsonSchema.input({ target: 'draft-2020-12', libraryOptions })) as JsonSchema
  } catch {
    return null // made of something that no JSON Schema can say
  }
}

function nameKeptType({
  jsonSchema,
  zodSchema,
}: {
  readonly jsonSchema: Record<string, unknown>
  readonly zodSchema: object
}): void {
  const { def } = (zodSchema as { readonly _zod?: { readonly def?: { readonly type?: unknown } } })._zod ?? {}
  if (KEPT_TYPES.has(def?.type)) jsonSchema['type'] = def?.type
}

function hashOf(schema: JsonSchema): string {
  return createHash('sha256').update(JSON.stringify(schema)).digest('hex').slice(0, HASH_LENGTH)
}

/** The same schema whatever the order of its members. Names of properties are no keywords. */
function ordered(value: unknown, isSchema = true): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => ordered(item))
    return items.every((item) => typeof item === 'string') ? items.toSorted() : items
  }
  if (typeof value !== 'object' || value === null) return value
  const names = Object.keys(value).filter((name) => !isSchema || !ANNOTATIONS.has(name))
  const entries = names.toSorted().map((name) => {
    const hasNames = isSchema && (name === 'properties' || name === '$defs' || name === 'patternProperties')
    return [name, ordered((value as JsonSchema)[name], !hasNames)] as const
  })
  return Object.fromEntries(entries)
}
