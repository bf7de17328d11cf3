import { types } from 'node:util'
import { RotaError } from '../model/errors.js'
import { ODD_NUMBERS } from './note.js'
import { payloadInvalid, payloadTooLarge } from './payload-errors.js'
import { DEPTH_MAX, hasPlainPrototype } from './plain-json.js'

const ADVICE = 'pass plain data, Date, bigint, Map, Set or bytes, or give it a toJSON method'

type ToJson = (this: unknown, key: string) => unknown

/** Writes a value as JSON and its note, part by part; refuses what cannot come back as it was. One per value. */
export class RichEncoder {
  readonly #what: string
  readonly #limitBytes: number
  readonly #path: (string | number)[] = []
  readonly #ancestors = new Set<object>()
  #nodes = 0
  #note: string | null = null

  constructor(what: string, limitBytes: number) {
    this.#what = what
    this.#limitBytes = limitBytes
  }

  encode(value: unknown): { json: string; note: string | null } {
    try {
      const json = this.#write(value)
      return { json, note: this.#note }
    } catch (cause) {
      if (RotaError.is(cause)) throw cause
      throw payloadInvalid(
        this.#what,
        this.#path,
        'threw while it was read: a getter, a toJSON method or a proxy',
        cause,
      )
    }
  }

  /** Returns the JSON of `value` and leaves its note in `#note`. */
  #write(value: unknown): string {
    // Every value takes a byte at least: a huge or exponentially shared one is given up long before it is written.
    if (++this.#nodes > this.#limitBytes) throw payloadTooLarge(this.#what, this.#nodes, this.#limitBytes)
    this.#note = null
    switch (typeof value) {
      case 'string':
        return this.#writeText(value)
      case 'boolean':
        return String(value)
      case 'number':
        return this.#writeNumber(value)
      case 'bigint':
        return this.#tagged('bigint', `"${value}"`)
      case 'undefined':
        return this.#tagged('undefined', 'null')
      case 'object':
        return value === null ? 'null' : this.#writeObject(value)
      default:
        return this.#refuse(`is a ${typeof value}; ${ADVICE}`)
    }
  }

  #writeText(text: string): string {
    const problem = textProblem(text)
    return problem === null ? JSON.stringify(text) : this.#refuse(problem)
  }

  #writeNumber(value: number): string {
    const odd =
      Number.isFinite(value) && value !== 0 ? undefined : ODD_NUMBERS.find((one) => Object.is(one.value, value))
    return odd === undefined ? String(value) : this.#tagged(odd.tag, odd.json)
  }

  #writeObject(value: object): string {
    const special = Array.isArray(value) || hasPlainPrototype(value) ? null : this.#writeSpecial(value)
    if (special !== null) return special
    if (this.#ancestors.has(value)) this.#refuse('contains itself; break the cycle')
    if (this.#ancestors.size === DEPTH_MAX) this.#refuse(`is nested deeper than ${DEPTH_MAX} levels; flatten it`)
    this.#ancestors.add(value)
    const json = this.#writeContainer(value)
    this.#ancestors.delete(value)
    return json
  }

  /** Null for what has members. */
  #writeSpecial(value: object): string | null {
    if (types.isDate(value)) {
      if (Number.isNaN(value.getTime())) this.#refuse('is an invalid Date')
      return this.#tagged('date', `"${value.toISOString()}"`)
    }
    if (types.isUint8Array(value)) return this.#writeBytes(Buffer.isBuffer(value) ? 'buffer' : 'bytes', value)
    return types.isArrayBuffer(value) ? this.#writeBytes('arraybuffer', new Uint8Array(value)) : null
  }

  #writeContainer(value: object): string {
    if (Array.isArray(value)) return this.#writeArray(value)
    if (types.isMap(value)) return this.#wrapped('map', this.#writeArray([...value]))
    if (types.isSet(value)) return this.#wrapped('set', this.#writeArray([...value]))
    const toJson = (value as Readonly<Record<string, unknown>>)['toJSON']
    if (typeof toJson === 'function') return this.#writeToJson(value, toJson as ToJson)
    if (!hasPlainPrototype(value)) this.#refuse(`is ${describe(value)}; ${ADVICE}`)
    return this.#writeRecord(value)
  }

  /** As `JSON.stringify` does: called once, and what it returns is written without being asked again. */
  #writeToJson(value: object, toJson: ToJson): string {
    const result = toJson.call(value, String(this.#path.at(-1) ?? ''))
    return result === value ? this.#writeRecord(value) : this.#write(result)
  }

  #writeArray(values: readonly unknown[]): string {
    let json = '['
    let notes = ''
    for (let index = 0; index < values.length; index++) {
      this.#path.push(index)
      json += `${index === 0 ? '' : ','}${this.#write(values[index])}`
      if (this.#note !== null) notes += `${notes === '' ? '{' : ','}"${index}":${this.#note}`
      this.#path.pop()
    }
    this.#note = notes === '' ? null : `${notes}}`
    return `${json}]`
  }

  #writeRecord(value: object): string {
    const record = value as Readonly<Record<string, unknown>>
    let json = ''
    let notes = ''
    for (const key of Object.keys(record)) {
      this.#path.push(key)
      const member = record[key]
      // An absent member and one that is undefined are the same to JSON, and to nearly every reader of the payload.
      const written = member === undefined ? undefined : this.#write(member)
      if (written !== undefined && this.#note !== '"undefined"') {
        const name = this.#writeKey(key)
        json += `${json === '' ? '{' : ','}${name}:${written}`
        if (this.#note !== null) notes += `${notes === '' ? '{' : ','}${name}:${this.#note}`
      }
      this.#path.pop()
    }
    this.#note = notes === '' ? null : `${notes}}`
    return json === '' ? '{}' : `${json}}`
  }

  #writeKey(key: string): string {
    const problem = textProblem(key)
    return problem === null ? JSON.stringify(key) : this.#refuse(`has a key that ${problem}`)
  }

  #writeBytes(tag: string, bytes: Uint8Array): string {
    if (bytes.byteLength > this.#limitBytes) throw payloadTooLarge(this.#what, bytes.byteLength, this.#limitBytes)
    return this.#tagged(tag, `"${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')}"`)
  }

  #tagged(tag: string, json: string): string {
    this.#note = `"${tag}"`
    return json
  }

  #wrapped(tag: string, json: string): string {
    this.#note = this.#note === null ? `"${tag}"` : `["${tag}",${this.#note}]`
    return json
  }

  #refuse(reason: string): never {
    throw payloadInvalid(this.#what, this.#path, reason)
  }
}

/** PostgreSQL has no U+0000 in text, and no UTF-8 holds half a surrogate pair: refused everywhere alike. */
function textProblem(text: string): string | null {
  if (text.includes('\u0000'))
    return 'contains the character U+0000, which not every store can keep; remove it or pass bytes'
  return text.isWellFormed() ? null : 'contains half of a surrogate pair; repair it with toWellFormed() or pass bytes'
}

function describe(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  const maker: unknown =
    typeof prototype === 'object' && prototype !== null ? Reflect.get(prototype, 'constructor') : undefined
  const name = typeof maker === 'function' && maker.name !== '' && maker !== Object ? maker.name : 'unnamed class'
  return `an instance of ${name}, which would come back as a plain object`
}
