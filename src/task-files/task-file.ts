import { encode } from '../codec/encode.js'
import { lostDigits } from '../codec/lost-digits.js'
import { taskOfEvent } from '../model/catch-all.js'
import { RotaError } from '../model/errors.js'
import { nameProblem } from '../model/names.js'
import { nearestKey } from '../model/nearest-key.js'
import { parseSchedule } from '../schedule/parse-schedule.js'

/** What may stand in a task file. */
const KEYS = ['schedule', 'disabled', 'description', 'input'] as const

/** Files name themselves in it, and are called after their file all the same. */
const IGNORED_KEY = 'name'

/** The member of `input` that says which task it is for. */
const TASK_KEY = '_taskName'

/** In characters; as much as EventBridge takes. */
const DESCRIPTION_LENGTH_MAX = 512

/** As much of a wrong text as an error shows. */
const SHOWN_LENGTH_MAX = 80

/** What one task file asks for. */
export interface TaskFileContent {
  /** `cron(...)` or `rate(...)` as EventBridge reads them, in UTC. */
  readonly expression: string
  readonly disabled: boolean
  readonly description: string | null
  /** `_taskName` of the input; the catch-all when the input names none. */
  readonly task: string
  /** The whole input as it stands in the file; null when the file has none. */
  readonly payload: unknown
}

/** What is wrong with a file. */
export interface ContentProblem {
  /** The member it is about, such as `schedule` or `input._taskName`; null for the file as a whole. */
  readonly field: string | null
  /** What was expected, and what was found. */
  readonly reason: string
}

/** What a file says, or everything that is wrong with it. */
export type ReadContent =
  | { readonly content: TaskFileContent; readonly problems: readonly [] }
  | { readonly content: null; readonly problems: readonly ContentProblem[] }

/** Reads the bytes of one task file. Whatever they are, it says what it found and never throws. */
export function readTaskFile(bytes: Uint8Array): ReadContent {
  const parsed = parseObject(bytes)
  if (parsed.object === null) return { content: null, problems: [{ field: null, reason: parsed.reason }] }
  const { schedule, disabled = false, description = null, input = null } = parsed.object
  const problems = [
    ...Object.keys(parsed.object).map((key) => about(key, keyReason(key))),
    about('schedule', scheduleReason(schedule)),
    about('disabled', typeof disabled === 'boolean' ? null : wrong('true or false', disabled)),
    about('description', descriptionReason(description)),
    about('input', inputReason(input) ?? digitsReason(parsed.text)),
    about(`input.${TASK_KEY}`, taskReason(input)),
  ].filter((problem) => problem !== null)
  if (problems.length > 0) return { content: null, problems }
  const said = { expression: schedule, disabled, description, task: taskOfEvent(input), payload: input }
  return { content: said as TaskFileContent, problems: [] }
}

type JsonObject = Readonly<Record<string, unknown>>

type Parsed =
  { readonly object: JsonObject; readonly text: string } | { readonly object: null; readonly reason: string }

function parseObject(bytes: Uint8Array): Parsed {
  let text: string
  let value: unknown
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    value = JSON.parse(text)
  } catch (error) {
    const got = error instanceof SyntaxError ? error.message.replaceAll(/\s+/g, ' ') : 'bytes that are no UTF-8'
    return { object: null, reason: `expected JSON, got ${got}` }
  }
  return isObject(value) ? { object: value, text } : { object: null, reason: wrong('an object', value) }
}

function keyReason(key: string): string | null {
  if (key === IGNORED_KEY || KEYS.some((known) => known === key)) return null
  return `expected "${nearestKey(key, KEYS)}", or another of ${KEYS.join(', ')}, got a key that nobody reads`
}

function scheduleReason(schedule: unknown): string | null {
  // What a rule of EventBridge takes: no at(...), and no zone in front, because rules are in UTC.
  const isRule = typeof schedule === 'string' && /^(?:cron|rate)\(/.test(schedule)
  if (!isRule) return wrong('cron(...) or rate(...)', schedule)
  const reason = refusal(() => parseSchedule(schedule, { dialect: 'eventbridge', timeZone: 'UTC' }))
  return reason?.replace(/^schedule /, '') ?? null // the field says so already
}

function descriptionReason(description: unknown): string | null {
  const expected = `text of at most ${DESCRIPTION_LENGTH_MAX} characters`
  if (description === null) return null
  if (typeof description !== 'string') return wrong(expected, description)
  if (!description.isWellFormed()) return `expected ${expected}, got half of a surrogate pair`
  const { length } = description
  return length <= DESCRIPTION_LENGTH_MAX ? null : `expected ${expected}, got ${length}`
}

function inputReason(input: unknown): string | null {
  if (input !== null && !isObject(input)) return wrong('an object', input)
  return refusal(() => encode(input, { what: 'it' }))
}

/** Looks at the whole file: only the input may hold numbers. */
function digitsReason(text: string): string | null {
  const lost = lostDigits(text)
  return lost === null ? null : `expected numbers that keep their digits, got ${lost}; write it as text`
}

function taskReason(input: unknown): string | null {
  return isObject(input) && Object.hasOwn(input, TASK_KEY) ? nameProblem('task', input[TASK_KEY]) : null
}

/** What an operating failure says; whatever else is thrown is a fault of ours and goes on. */
function refusal(read: () => unknown): string | null {
  try {
    read()
    return null
  } catch (error) {
    if (RotaError.is(error)) return error.message
    throw error
  }
}

function about(field: string, reason: string | null): ContentProblem | null {
  return reason === null ? null : { field, reason }
}

function wrong(expected: string, got: unknown): string {
  return `expected ${expected}, got ${describe(got)}`
}

/** What JSON gave, short enough for a message. */
function describe(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (isObject(value)) return 'an object'
  if (Array.isArray(value)) return 'a list'
  const text = JSON.stringify(value)
  return text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}...` : text
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
