import type { JsonSchema } from '../../codec/contract.js'

/** One thing that payloads could be and cannot be any more. */
export interface Narrowing {
  /** `items[].quantity`; empty for the payload itself. */
  readonly path: string
  readonly what: string
}

/** Keywords that accept less the larger they are, and those that accept less the smaller they are. */
const LOWER_BOUNDS = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties', 'minContains']
const UPPER_BOUNDS = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties', 'maxContains']

/** Keywords that are not compared but must be the same, where the new schema has them. */
const EXACT = [
  'contains',
  'contentEncoding',
  'dependentRequired',
  'dependentSchemas',
  'else',
  'format',
  'if',
  'multipleOf',
  'not',
  'pattern',
  'patternProperties',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
  'uniqueItems',
]

/**
 * Everything that the schema `before` accepts and `after` does not, as far as can be told; nothing means that every payload that was
 * written under the one can be read under the other. In doubt it is told: whoever knows better states a version and a step.
 */
export function narrowings(before: JsonSchema, after: JsonSchema): readonly Narrowing[] {
  return new Comparison(before, after).compare(before, after, '')
}

class Comparison {
  readonly #before: JsonSchema
  readonly #after: JsonSchema
  /** Pairs under way: schemas may hold themselves, and what is being compared is taken for right meanwhile. */
  readonly #underWay = new Set<string>()

  constructor(before: JsonSchema, after: JsonSchema) {
    this.#before = before
    this.#after = after
  }

  compare(givenBefore: unknown, givenAfter: unknown, path: string): readonly Narrowing[] {
    if (givenAfter === true || givenAfter === undefined || givenBefore === false) return []
    if (givenAfter === false) return [{ path, what: 'nothing is accepted here any more' }]
    const pair = JSON.stringify([givenBefore, givenAfter])
    if (this.#underWay.has(pair)) return []
    this.#underWay.add(pair)
    try {
      const before = resolved(givenBefore === true || givenBefore === undefined ? {} : givenBefore, this.#before)
      const after = resolved(givenAfter, this.#after)
      return JSON.stringify(before) === JSON.stringify(after) && !holdsReference(before)
        ? []
        : this.#compareResolved(before, after, path)
    } finally {
      this.#underWay.delete(pair)
    }
  }

  #compareResolved(before: JsonSchema, after: JsonSchema, path: string): readonly Narrowing[] {
    const alternatives = choices(before)
    if (alternatives !== null) return alternatives.flatMap((one) => this.compare(one, after, path))
    const accepted = choices(after)
    if (accepted !== null) {
      const results = accepted.map((one) => this.compare(before, one, path))
      if (results.some((found) => found.length === 0)) return []
      return results.length === 1 ? (results[0] ?? []) : [{ path, what: 'fits none of its alternatives any more' }]
    }
    const all = list(after['allOf']).flatMap((one) => this.compare(before, one, path))
    const merged = list(before['allOf']).reduce<JsonSchema>(
      (sum, one) => ({ ...resolved(one, this.#before), ...sum }),
      before,
    )
    return [
      ...all,
      ...typesNarrowed(merged, after, path),
      ...valuesNarrowed(merged, after, path),
      ...boundsNarrowed(merged, after, path),
      ...this.#membersNarrowed(merged, after, path),
      ...this.#itemsNarrowed(merged, after, path),
    ]
  }

  #membersNarrowed(before: JsonSchema, after: JsonSchema, path: string): readonly Narrowing[] {
    const [known, wanted] = [record(before['properties']), record(after['properties'])]
    const given = new Set(list(before['required']))
    const missing = list(after['required']).filter((name) => !given.has(name))
    const required = missing.map((name) => ({ path: join(path, String(name)), what: 'is required now' }))
    const members = Object.entries(wanted).flatMap(([name, schema]) =>
      // What the old schema did not name, it said nothing about: callers passed no such thing.
      Object.hasOwn(known, name) ? this.compare(known[name], schema, join(path, name)) : [],
    )
    const others = Object.keys(known).filter((name) => !Object.hasOwn(wanted, name))
    const rest = after['additionalProperties']
    const dropped = others.flatMap((name) =>
      rest === false
        ? [{ path: join(path, name), what: 'is refused now' }]
        : this.compare(known[name], rest, join(path, name)),
    )
    const extras = this.#compareRest(before['additionalProperties'], rest, path)
    return [...required, ...members, ...dropped, ...extras]
  }

  /** Where every object was let through whole, only a schema for other members is worth a look. */
  #compareRest(before: unknown, after: unknown, path: string): readonly Narrowing[] {
    if (typeof before !== 'object' || before === null) return []
    return this.compare(before, after, join(path, '*'))
  }

  #itemsNarrowed(before: JsonSchema, after: JsonSchema, path: string): readonly Narrowing[] {
    const [firstBefore, firstAfter] = [list(before['prefixItems']), list(after['prefixItems'])]
    const places = firstAfter.flatMap((schema, at) =>
      this.compare(firstBefore[at] ?? before['items'], schema, `${path}[${at}]`),
    )
    const acceptsItems = before['items'] !== undefined || before['type'] !== 'array'
    const items =
      after['items'] === undefined || !acceptsItems ? [] : this.compare(before['items'], after['items'], `${path}[]`)
    const tooMany = firstBefore
      .slice(firstAfter.length)
      .flatMap((schema, at) => this.compare(schema, after['items'], `${path}[${at + firstAfter.length}]`))
    return [...places, ...items, ...tooMany]
  }
}

function typesNarrowed(before: JsonSchema, after: JsonSchema, path: string): readonly Narrowing[] {
  const wanted = typesOf(after)
  if (wanted === null) return []
  const were = typesOf(before) ?? ['anything']
  const lost = were.filter((type) => !wanted.includes(type) && !(type === 'integer' && wanted.includes('number')))
  return lost.length === 0 ? [] : [{ path, what: `was ${were.join(' or ')}, is ${wanted.join(' or ')}` }]
}

function typesOf(schema: JsonSchema): readonly string[] | null {
  const { type } = schema as { readonly type?: unknown }
  if (typeof type === 'string') return [type]
  if (Array.isArray(type)) return type.map(String)
  const values = valuesOf(schema)
  return values === null ? null : [...new Set(values.map(typeOfValue))]
}

function typeOfValue(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
}

function valuesNarrowed(before: JsonSchema, after: JsonSchema, path: string): readonly Narrowing[] {
  const wanted = valuesOf(after)
  if (wanted === null) return []
  const were = valuesOf(before)
  if (were === null)
    return [{ path, what: `only ${wanted.map((one) => JSON.stringify(one)).join(', ')} are accepted now` }]
  const accepted = new Set(wanted.map((one) => JSON.stringify(one)))
  const lost = were.map((one) => JSON.stringify(one)).filter((one) => !accepted.has(one))
  return lost.length === 0 ? [] : [{ path, what: `${lost.join(', ')} ${lost.length === 1 ? 'is' : 'are'} refused now` }]
}

function valuesOf(schema: JsonSchema): readonly unknown[] | null {
  if (Object.hasOwn(schema, 'const')) return [schema['const']]
  return Array.isArray(schema['enum']) ? (schema['enum'] as readonly unknown[]) : null
}

function boundsNarrowed(before: JsonSchema, after: JsonSchema, path: string): readonly Narrowing[] {
  const narrower = (names: readonly string[], isNarrower: (was: number, is: number) => boolean): string[] =>
    names.filter((name) => {
      const [was, is] = [before[name], after[name]]
      return typeof is === 'number' && (typeof was !== 'number' || isNarrower(was, is))
    })
  const bounds = [
    ...narrower(LOWER_BOUNDS, (was, is) => is > was),
    ...narrower(UPPER_BOUNDS, (was, is) => is < was),
    ...EXACT.filter(
      (name) => after[name] !== undefined && JSON.stringify(before[name]) !== JSON.stringify(after[name]),
    ),
  ]
  const constant = valuesOf(before) !== null // every value of it is known: bounds cannot be judged, and seldom are there
  return constant
    ? []
    : bounds.map((name) => ({ path, what: `${name} accepts less: it is ${JSON.stringify(after[name])} now` }))
}

function choices(schema: JsonSchema): readonly unknown[] | null {
  const found = schema['anyOf'] ?? schema['oneOf']
  return Array.isArray(found) ? found : null
}

/** The schema that a reference inside of `root` stands for. */
function resolved(given: unknown, root: JsonSchema): JsonSchema {
  let schema = record(given)
  for (let hops = 0; hops < 100 && typeof schema['$ref'] === 'string'; hops++) {
    const steps = schema['$ref'].split('/').slice(1)
    schema = steps.reduce<JsonSchema>((at, step) => record(at[step.replaceAll('~1', '/').replaceAll('~0', '~')]), root)
  }
  return schema
}

function holdsReference(schema: JsonSchema): boolean {
  return JSON.stringify(schema).includes('"$ref"')
}

function record(value: unknown): JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonSchema) : {}
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}
