/**
 * Tables of the members of config files, from their JSON Schema: what each is, what it may be, and what it is when nobody says.
 */

/**
 * @typedef {object} Schema
 * @property {string} [type]
 * @property {string} [description]
 * @property {unknown} [default]
 * @property {readonly unknown[]} [examples]
 * @property {readonly string[]} [enum]
 * @property {number} [minimum]
 * @property {number} [maximum]
 * @property {string} [$ref]
 * @property {readonly Schema[]} [allOf]
 * @property {readonly Schema[]} [anyOf]
 * @property {Schema} [items]
 * @property {Schema | boolean} [additionalProperties]
 * @property {Readonly<Record<string, Schema>>} [properties]
 * @property {readonly string[]} [required]
 * @property {Readonly<Record<string, Schema>>} [definitions]
 */

/** Behind a heading, up to the next mark: `<!-- members of Function -->`; of the file itself, `<!-- members -->`. */
const MARK = /(<!-- members(?: of (\w+))? -->\n)[^]*?(<!-- end -->)/g

/**
 * The text of a manual with its tables made new.
 * @param {string} manual
 * @param {Schema} schema
 */
export function withTables(manual, schema) {
  return manual.replaceAll(
    MARK,
    (_, /** @type {string} */ start, /** @type {string | undefined} */ name, /** @type {string} */ end) => {
      const object = name === undefined ? schema : schema.definitions?.[name]
      if (object === undefined) throw new Error(`expected a definition of the schema, got ${name}`)
      return `${start}\n${tableOf(object, schema)}\n\n${end}`
    },
  )
}

/**
 * The objects that a manual has a table of; the empty text stands for the file itself.
 * @param {string} manual
 */
export function tablesIn(manual) {
  return [...manual.matchAll(MARK)].map(([, , name = '']) => name)
}

/**
 * @param {Schema} object
 * @param {Schema} root
 */
function tableOf(object, root) {
  const rows = Object.entries(object.properties ?? {}).map(([key, schema]) => {
    const isRequired = object.required?.includes(key) === true
    const inner = resolved(schema, root)
    const description = schema.description ?? inner.description ?? ''
    return [`\`${key}\``, description, formOf(schema, root), isRequired ? 'required' : defaultOf(schema)]
  })
  const head = ['| member | is | may be | default |', '| --- | --- | --- | --- |']
  return [...head, ...rows.map((cells) => `| ${cells.map(escaped).join(' | ')} |`)].join('\n')
}

/** @param {string} cell */
const escaped = (cell) => cell.replaceAll('|', '\\|')

/**
 * @param {Schema} schema
 * @param {Schema} root
 * @returns {Schema}
 */
function resolved(schema, root) {
  const ref = schema.$ref ?? schema.allOf?.[0]?.$ref
  return ref === undefined ? schema : (root.definitions?.[nameOf(ref)] ?? schema)
}

/** @param {string} ref */
const nameOf = (ref) => ref.replace('#/definitions/', '')

/**
 * What a value may be, in words.
 * @param {Schema} schema
 * @param {Schema} root
 * @returns {string}
 */
function formOf(schema, root) {
  const ref = schema.$ref ?? schema.allOf?.[0]?.$ref
  if (ref !== undefined && resolved(schema, root).type === 'object')
    return `[${nameOf(ref)}](#${nameOf(ref).toLowerCase()})`
  const { anyOf, type, enum: words, items, minimum, maximum, examples, additionalProperties } = resolved(schema, root)
  if (anyOf !== undefined) return [...new Set(anyOf.map((one) => formOf(one, root)))].join(', or ')
  if (words !== undefined) return words.map((word) => `\`${word}\``).join(', ')
  if (type === 'array') return `list of ${formOf(items ?? {}, root)}`
  if (type === 'boolean') return '`true`, `false`'
  if (type === 'integer') return rangeOf(minimum ?? 0, maximum)
  if (type === 'object')
    return `by name: ${formOf(typeof additionalProperties === 'object' ? additionalProperties : {}, root)}`
  if (type === 'string') return examples === undefined ? 'text' : examples.map((one) => `\`${String(one)}\``).join(', ')
  return 'any JSON'
}

/**
 * @param {number} minimum
 * @param {number} [maximum]
 */
function rangeOf(minimum, maximum = Number.MAX_SAFE_INTEGER) {
  return maximum === Number.MAX_SAFE_INTEGER ? `from ${minimum}` : `${minimum} to ${maximum.toLocaleString('en')}`
}

/** @param {Schema} schema */
function defaultOf(schema) {
  if (schema.default === undefined) return ''
  const { default: value } = schema
  const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0
  if (isEmpty) return 'none'
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``
}
