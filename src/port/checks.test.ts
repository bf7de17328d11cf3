import { expect, test } from 'vitest'
import type { RotaError } from '../model/errors.js'
import type { Limits } from './capabilities.js'
import { checkClaim, checkEnqueue, checkNoTransaction, checkText } from './checks.js'

const limits: Limits = {
  enqueueItems: 2,
  enqueueBytes: 20,
  claimItems: 10,
  settleItems: 10,
  payloadBytes: 12,
  resultBytes: 12,
  leaseMsMin: 1_000,
  leaseMsMax: 60_000,
}

const claim = {
  workerId: 'me',
  leaseMs: 1_000,
  queues: [],
  tasks: [],
  limit: 1,
  suspects: true,
  from: 'highest',
} as const

const job = {
  id: 'a',
  task: 'task',
  queue: 'queue',
  priority: 3,
  payload: null,
  headers: null,
  due: { inMs: 0 },
  deadline: null,
  maxTries: null,
  uniqueKey: null,
  tick: null,
  parents: [],
} as const

test('a mistake says what was expected and what was got', () => {
  const wrong = (check: () => void, message: string): void => expect(check).toThrow(new TypeError(message))
  wrong(() => checkClaim({ ...claim, limit: 0 }, limits), 'claim: limit: expected a whole number from 1 to 10, got 0')
  wrong(
    () => checkClaim({ ...claim, leaseMs: 999 }, limits),
    'claim: leaseMs: expected a whole number from 1000 to 60000, got 999',
  )
  wrong(() => checkText('acquire', 'name', null), 'acquire: name: expected 1 to 128 characters, got null')
  wrong(() => checkText('acquire', 'name', ''), 'acquire: name: expected 1 to 128 characters, got 0 characters')
  wrong(
    () => checkNoTransaction('enqueue', {}),
    'enqueue: tx: expected none, because this store takes no transactions, got object',
  )
})

test('what is within the limits passes, to the last item and byte', () => {
  checkClaim({ ...claim, limit: 10, leaseMs: 60_000 }, limits)
  const payload = { json: JSON.stringify('é'.repeat(5)), note: null }
  checkEnqueue(
    {
      jobs: [
        { ...job, payload },
        { ...job, id: 'b', headers: '{"a":""}' },
      ],
    },
    limits,
  )
})

test('what is beyond the limits tells the figures', () => {
  const facts = (check: () => void): unknown => {
    try {
      check()
    } catch (error) {
      return [(error as RotaError).code, (error as RotaError).facts]
    }
    return null
  }
  const payload = { json: JSON.stringify('é'.repeat(6)), note: null }
  expect(facts(() => checkEnqueue({ jobs: [{ ...job, payload }] }, limits))).toEqual([
    'PAYLOAD_TOO_LARGE',
    { bytes: 14, max: 12 },
  ])
  expect(facts(() => checkEnqueue({ jobs: [job, job, job] }, limits))).toEqual([
    'BATCH_TOO_LARGE',
    { call: 'enqueue', count: 3, max: 2 },
  ])
  const headers = '{"a":"123456789"}'
  expect(
    facts(() => checkEnqueue({ jobs: [{ ...job, headers, payload: { json: '1234', note: null } }] }, limits)),
  ).toEqual(['BATCH_TOO_LARGE', { call: 'enqueue', bytes: 21, max: 20 }])
})
