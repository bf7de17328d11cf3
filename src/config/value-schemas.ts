import { z } from 'zod'
import { parseDurationText } from '../model/duration-text.js'
import { parseDuration } from '../time/duration.js'
import { parseSize } from '../time/size.js'

// Schemas of single values. Their `error` is no sentence but what is expected: schema-issues.ts adds what was given. An object that
// does not know a key answers with the keys that it knows.

/** What stands between the keys in the answer of an object to a key that it does not know. */
export const KEY_SEPARATOR = ', '

/** An object of just these members. */
export function members<Shape extends z.core.$ZodShape>(
  expected: string,
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> {
  const keys = Object.keys(shape).join(KEY_SEPARATOR)
  return z.strictObject(shape, { error: ({ code }) => (code === 'unrecognized_keys' ? keys : expected) })
}

/** Text that is not empty. */
export function text(expected: string): z.ZodString {
  return z.string({ error: expected }).min(1, { error: expected })
}

/** The path of a file or folder, from the folder of the config file. */
export function path(example: string): z.ZodString {
  const expected = `a path such as ${JSON.stringify(example)}`
  // A NUL ends a path in the middle, for the operating system alone.
  return text(expected).refine((given) => !given.includes('\0'), { error: expected })
}

/** One of some words. */
export function choice<const Word extends string>(words: readonly [Word, ...Word[]]): z.ZodEnum<{ [W in Word]: W }> {
  const expected = `one of ${words.map((word) => JSON.stringify(word)).join(', ')}`
  return z.enum(words, { error: expected })
}

/** A whole number; without a largest one, any that is counted exactly. */
export function wholeNumber(min: number, max?: number): z.ZodNumber {
  const expected = max === undefined ? `a whole number from ${min}` : `a whole number from ${min} to ${max}`
  const number = z.number({ error: expected }).int({ error: expected }).min(min, { error: expected })
  return max === undefined ? number : number.max(max, { error: expected })
}

/** true or false. */
export function flag(): z.ZodBoolean {
  return z.boolean({ error: 'true or false' })
}

/** A list of texts. */
export function texts(expected: string): z.ZodArray<z.ZodString> {
  return z.array(text('text that is not empty'), { error: expected })
}

const NUMBER = String.raw`(\d+\.?\d*|\.\d+)`
const WORD = String.raw`${NUMBER} +((millisecond|second|minute|hour|day|week)s?|ms)`

/** What `parseDurationText` reads, but for the units of less than a millisecond, for editors. */
const DURATION_PATTERN = String.raw`^((${NUMBER}(ms|[smhdw]))+|${WORD}( +${WORD})*)$`

/** A length of time as text, between two others. */
export function duration(min: string, max: string, example: string): z.ZodString {
  const [minMs, maxMs] = [readDuration(min), readDuration(max)]
  const expected = `a duration of ${min} to ${max}, such as ${JSON.stringify(example)}`
  const inRange = (given: string): boolean => {
    const length = parseDurationText(given.trim())
    return length !== null && length >= minMs && length <= maxMs
  }
  return z
    .string({ error: expected })
    .refine(inRange, { error: expected })
    .meta({ pattern: DURATION_PATTERN, examples: [min, example, max] })
}

/** The milliseconds of a text that `duration` has let through. */
export function readDuration(text: string): number {
  return parseDuration(text, 'duration')
}

/** What `parseSize` reads, for editors. */
const SIZE_PATTERN = String.raw`^\d+(\.\d+)? *([KkMmGgTt][Ii]?[Bb]|[Bb]|[Bb]ytes?)$`

/** An amount of memory or storage as text, between two others. */
export function size(min: string, max: string, example: string): z.ZodString {
  const [minBytes, maxBytes] = [readSize(min), readSize(max)]
  const expected = `a size of ${min} to ${max}, such as ${JSON.stringify(example)}`
  const inRange = (given: string): boolean => {
    try {
      parseSize(given, 'size', { minBytes, maxBytes })
      return true
    } catch {
      return false
    }
  }
  return z
    .string({ error: expected })
    .refine(inRange, { error: expected })
    .meta({ pattern: SIZE_PATTERN, examples: [min, example, max] })
}

/** The bytes of a text that `size` has let through. */
export function readSize(text: string): number {
  return parseSize(text, 'size')
}
