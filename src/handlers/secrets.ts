/** What stands in the place of a secret. */
export const REDACTED = '[REDACTED]'

/** Shared by all copies of rota in a process. */
const MARKED: unique symbol = Symbol.for('rota.secret-schemas')

interface Shared {
  [MARKED]?: WeakSet<object>
}

/** Levels of a schema that are looked into; deeper ones, and those that hold themselves, end there. */
const DEPTH_MAX = 12
/** Texts shorter than this are too common to be taken out of messages: a PIN of three digits is in every other number. */
const TEXT_LENGTH_MIN = 4
/** Secrets of one payload that texts are cleaned of. */
const TEXTS_MAX = 100

/**
 * Marks what a schema reads as a secret: `z.object({ card: redact(z.string()) })`. Errors of the function, and what it writes with
 * `log`, then have `[REDACTED]` in its place. Gives the schema back; a method that is called on it makes another one, which is not marked. Of
 * zod and valibot it is found at any depth; of others mark the whole schema.
 */
export function redact<Schema extends object>(schema: Schema): Schema {
  marked().add(schema)
  return schema
}

/** What a payload looks like without its secrets, and how texts are cleaned of them. */
export interface Redaction {
  /** The payload with `[REDACTED]` in the place of each secret. */
  readonly input: unknown
  /** The secrets themselves, as texts: the longest first. */
  readonly texts: readonly string[]
  /** A text without any of the secrets. */
  readonly clean: (text: string) => string
}

/** The redaction of a payload; null: its schema marks nothing, and nothing has to be cleaned. */
export function redactionOf(schema: unknown, payload: unknown): Redaction | null {
  const texts = new Set<string>()
  const input = withoutSecrets(schema, payload, texts, 0)
  if (input === payload && texts.size === 0) return null
  // The longest first: one secret may be a part of another.
  const found = [...texts].sort((one, other) => other.length - one.length).slice(0, TEXTS_MAX)
  return { input, texts: found, clean: (text) => withoutTexts(text, found) }
}

/** A text with `[REDACTED]` in the place of each of the others. */
export function withoutTexts(text: string, secrets: readonly string[]): string {
  return secrets.reduce((cleaned, secret) => cleaned.replaceAll(secret, REDACTED), text)
}

function withoutSecrets(schema: unknown, value: unknown, texts: Set<string>, depth: number): unknown {
  if (!isObject(schema) || depth > DEPTH_MAX || value === undefined) return value
  if (marked().has(schema)) {
    collectTexts(value, texts, depth)
    return REDACTED
  }
  for (const inner of innerSchemas(schema)) {
    const cleaned = withoutSecrets(inner, value, texts, depth + 1)
    if (cleaned !== value) return cleaned
  }
  if (Array.isArray(value)) return cleanList(itemSchema(schema), value, texts, depth)
  return isObject(value) ? cleanMembers(memberSchemas(schema, value), value, texts, depth) : value
}

function cleanList(schema: unknown, list: readonly unknown[], texts: Set<string>, depth: number): readonly unknown[] {
  const cleaned = list.map((item) => withoutSecrets(schema, item, texts, depth + 1))
  return cleaned.some((item, at) => item !== list[at]) ? cleaned : list
}

function cleanMembers(schemas: object, value: object, texts: Set<string>, depth: number): object {
  const changes: Record<string, unknown> = {}
  for (const [key, schema] of Object.entries(schemas)) {
    const before: unknown = Reflect.get(value, key)
    const after = withoutSecrets(schema, before, texts, depth + 1)
    if (after !== before) changes[key] = after
  }
  return Object.keys(changes).length === 0 ? value : { ...value, ...changes }
}

/** Every text in a secret: one that is an object may be printed member by member. */
function collectTexts(secret: unknown, texts: Set<string>, depth: number): void {
  if (depth > DEPTH_MAX) return
  if (isObject(secret)) for (const member of Object.values(secret)) collectTexts(member, texts, depth + 1)
  else if (typeof secret === 'string' || typeof secret === 'number' || typeof secret === 'bigint') {
    const text = String(secret)
    if (text.length >= TEXT_LENGTH_MIN) texts.add(text)
  }
}

/** The definition of a zod schema, or the schema itself, as valibot has it. */
function definitionOf(schema: object): Readonly<Record<string, unknown>> {
  const inner: unknown = Reflect.get(schema, '_zod')
  const definition: unknown = isObject(inner) ? Reflect.get(inner, 'def') : schema
  return (isObject(definition) ? definition : schema) as Readonly<Record<string, unknown>>
}

/** Schemas that read the very value that the schema around them reads: of optional ones, unions, pipes. */
function innerSchemas(schema: object): readonly unknown[] {
  const { innerType, wrapped, in: input, pipe, options, left, right } = definitionOf(schema)
  const lists = [pipe, options].flatMap((list): readonly unknown[] => (Array.isArray(list) ? list : []))
  return [innerType, wrapped, input, left, right, ...lists].filter((inner) => inner !== schema)
}

function itemSchema(schema: object): unknown {
  const { element, item } = definitionOf(schema)
  return element ?? item
}

/** The schemas of members by their keys; a record has one for all of them. */
function memberSchemas(schema: object, value: object): object {
  const { shape, entries, valueType, value: ofRecord } = definitionOf(schema)
  const known = [shape, entries].find(isObject)
  if (known !== undefined) return known
  const each = [valueType, ofRecord].find(isObject)
  return each === undefined ? {} : Object.fromEntries(Object.keys(value).map((key) => [key, each]))
}

function marked(): WeakSet<object> {
  return ((globalThis as Shared)[MARKED] ??= new WeakSet())
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' || typeof value === 'function') && value !== null
}
