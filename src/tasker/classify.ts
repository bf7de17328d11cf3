/**
 * What an event is, by its shape. The first eight are told apart as Aegis did, under its names and in its order; a Tasker routes those of tasks,
 * requests, rules, routes and rows, and hands every other to its fall-through.
 */
export type EventType =
  | 'APIGatewayProxyRequest'
  | 'S3Event'
  | 'SimpleEmailEvent'
  | 'SQSEvent'
  | 'AegisTask'
  | 'AegisRPC'
  | 'CognitoTrigger'
  | 'CognitoEvent'
  /** The envelope that a rule of EventBridge delivers when it has no constant input. */
  | 'ScheduledEvent'
  /** `{ "$awsless-route": "stack:task:name", "event": ... }` */
  | 'TaskRoute'
  /** `{ id, completed, type, params }` */
  | 'TaskRow'
  /** `{ "warmer": true }`: keeps a function warm and means nothing. */
  | 'WarmUp'
  | ''

/** The member that names the route of an Awsless envelope. */
export const ROUTE_KEY = '$awsless-route'

const RULES: readonly (readonly [EventType, (event: object) => boolean])[] = [
  ['APIGatewayProxyRequest', (event) => has(event, 'httpMethod') && has(event, 'path')],
  ['S3Event', (event) => has(firstRecord(event), 's3')],
  ['SimpleEmailEvent', (event) => has(firstRecord(event), 'ses')],
  ['SQSEvent', (event) => own(firstRecord(event), 'eventSource') === 'aws:sqs'],
  ['AegisTask', (event) => has(event, '_taskName')],
  ['AegisRPC', (event) => has(event, '_rpcName')],
  ['CognitoTrigger', (event) => has(event, 'userPoolId') && has(event, 'triggerSource')],
  ['CognitoEvent', (event) => has(event, 'identityPoolId') && has(event, 'datasetRecords')],
  ['ScheduledEvent', (event) => own(event, 'detail-type') === 'Scheduled Event' && has(event, 'resources')],
  ['TaskRoute', (event) => has(event, ROUTE_KEY)],
  ['TaskRow', isRow],
  ['WarmUp', (event) => own(event, 'warmer') === true],
]

/** Says what an event is; the first that fits counts, `''` is an event of none of these kinds. Looks at own members only. */
export function classify(event: unknown): EventType {
  if (typeof event !== 'object' || event === null) return ''
  return RULES.find(([, fits]) => fits(event))?.[0] ?? ''
}

/** A member of `value` itself; undefined when it has none of that name, or is no object. */
export function own(value: unknown, name: string): unknown {
  return has(value, name) ? (Reflect.get(value, name) as unknown) : undefined
}

function has(value: unknown, name: string): value is object {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
}

function firstRecord(event: object): unknown {
  const records = own(event, 'Records')
  return Array.isArray(records) ? records[0] : undefined
}

function isRow(event: object): boolean {
  return has(event, 'id') && typeof own(event, 'completed') === 'boolean' && typeof own(event, 'type') === 'string'
}
