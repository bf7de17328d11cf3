import { RotaError } from '../model/errors.js'

/** Where in a value something lies; numbers are places in an array. */
export type ValuePath = readonly (string | number)[]

/** A path as people write it: `items[3].due`, `["odd key"]`; empty for the value itself. */
export function formatPath(path: ValuePath): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else if (/^[A-Za-z_$][\w$]*$/.test(step)) text += text === '' ? step : `.${step}`
    else text += `[${JSON.stringify(step)}]`
  }
  return text
}

/** The longest path that an error carries: 1,000 levels would fill a screen. */
const PATH_LENGTH_MAX = 300

/** `what` holds something that no store can keep faithfully; `reason` says what it is and what to do. */
export function payloadInvalid(what: string, path: ValuePath, reason: string, cause?: unknown): RotaError {
  const full = formatPath(path)
  const place = full.length > PATH_LENGTH_MAX ? `${full.slice(0, PATH_LENGTH_MAX)}...` : full
  const message = `${what} cannot be stored: ${place === '' ? 'it' : place} ${reason}`
  return new RotaError('PAYLOAD_INVALID', message, {
    facts: { what, path: place, reason },
    ...(cause === undefined ? {} : { cause }),
  })
}

/** `what` needs more bytes than `limit`; `bytes` is a lower bound where counting on would only cost time. */
export function payloadTooLarge(what: string, bytes: number, limit: number): RotaError {
  const message = `${what} takes ${bytes} bytes or more, at most ${limit} fit; store it elsewhere and pass a reference`
  return new RotaError('PAYLOAD_TOO_LARGE', message, { facts: { what, bytes, limit } })
}
