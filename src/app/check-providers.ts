import { checkOptionNames } from '../model/option-names.js'
import type { Providers } from '../observe/providers.js'

const NAMES: ReadonlySet<string> = new Set<keyof Providers>(['meterProvider', 'tracerProvider'])

/** Throws a `TypeError` for anything but OpenTelemetry providers or `false`. */
export function checkProviders(given: Providers | false | undefined): Providers | false {
  if (given === undefined) return {}
  const unchecked: unknown = given
  if (unchecked === false) return false
  if (typeof unchecked !== 'object' || unchecked === null) {
    const got = unchecked === null ? 'null' : typeof unchecked
    throw new TypeError(`createRota: telemetry: expected false or an object of providers, got ${got}`)
  }
  checkOptionNames('createRota: telemetry', unchecked, NAMES)
  checkMethod(unchecked, 'meterProvider', 'getMeter')
  checkMethod(unchecked, 'tracerProvider', 'getTracer')
  return unchecked
}

function checkMethod(given: Providers, name: keyof Providers, method: string): void {
  const provider = given[name] as Readonly<Record<string, unknown>> | undefined
  if (provider === undefined || typeof provider?.[method] === 'function') return
  throw new TypeError(`createRota: telemetry: ${name}: expected an object with ${method}(), got ${typeof provider}`)
}
