import { RotaError } from '../model/errors.js'
import { type EventType, own, ROUTE_KEY } from './classify.js'

/** Names are shown to people in messages; a hostile one must not fill a log. */
const SHOWN_LENGTH_MAX = 100

/** Where an event wants to go. */
export interface Address {
  /** The name that the event gives; null: none. */
  readonly name: string | null
  /** Other names of the same, tried in this order when nothing is registered under the first. */
  readonly aliases: readonly string[]
  /** What the handler gets. */
  readonly event: unknown
}

/** Refuses with `EVENT_INVALID` what can be no event: anything but an object with members, an array too. */
export function checkEvent(event: unknown): asserts event is object {
  const got = event === null ? 'null' : Array.isArray(event) ? 'an array' : typeof event
  if (got !== 'object') throw malformed(`expected an object such as { "_taskName": "test" }, got ${got}`)
  if (Object.keys(event as object).length === 0) throw malformed('expected an object with members, got {}')
}

/** Reads where an event of a type wants to go. Rejects with `EVENT_INVALID` when the member that must name it is no name. */
export function addressOf(type: EventType, event: object): Address {
  switch (type) {
    case 'AegisTask':
      return { name: nameIn(event, '_taskName'), aliases: [], event }
    case 'AegisRPC':
      return { name: nameIn(event, '_rpcName'), aliases: [], event }
    case 'TaskRow':
      return { name: nameIn(event, 'type'), aliases: [], event }
    case 'TaskRoute':
      return routeOf(event)
    case 'ScheduledEvent': {
      const [name = null, ...aliases] = ruleNames(event)
      return { name, aliases, event }
    }
    default:
      return { name: null, aliases: [], event }
  }
}

/** A name for people, cut and quoted. */
export function shown(name: string): string {
  return JSON.stringify(name.length > SHOWN_LENGTH_MAX ? `${name.slice(0, SHOWN_LENGTH_MAX)}...` : name)
}

/** A route is `<stack>:task:<name>`; rota calls the same task `<stack>:<name>`. */
function routeOf(event: object): Address {
  const name = nameIn(event, ROUTE_KEY)
  const [, stack, task] = /^([^:]+):task:(.+)$/.exec(name) ?? []
  const aliases = stack === undefined || task === undefined ? [] : [`${stack}:${task}`]
  return { name, aliases, event: own(event, 'event') }
}

/** `arn:aws:events:REGION:ACCOUNT:rule/NAME`, `.../rule/BUS/NAME` and `arn:aws:scheduler:...:schedule/GROUP/NAME`. */
function ruleNames(event: object): readonly string[] {
  const resources = own(event, 'resources')
  if (!Array.isArray(resources)) return []
  return resources.flatMap((arn: unknown) => {
    const name = typeof arn === 'string' ? /^arn:.*:(?:rule|schedule)\/(?:[^/]+\/)?([^/]+)$/.exec(arn)?.[1] : undefined
    return name === undefined ? [] : [name]
  })
}

function nameIn(event: object, key: string): string {
  const name = own(event, key)
  if (typeof name === 'string' && name !== '') return name
  const got = name === null ? 'null' : name === '' ? 'an empty one' : typeof name
  throw malformed(`${key}: expected text that is not empty, got ${got}`)
}

function malformed(problem: string): RotaError {
  return new RotaError('EVENT_INVALID', `malformed event: ${problem}`)
}
