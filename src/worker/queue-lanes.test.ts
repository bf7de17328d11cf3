import { beforeEach, describe, expect, test } from 'vitest'
import { task } from '../model/task-definition.js'
import { Attempt } from './attempt.js'
import { QueueLanes } from './queue-lanes.js'
import { makeTaskTable } from './task-table.js'
import type { RunnableTask } from './task-table.js'

let lanes: QueueLanes
const bounds = { items: 100, windowMs: 10, startMs: 10_000, turn: 0 }

beforeEach(() => {
  lanes = new QueueLanes(
    new Map([
      ['a', 5],
      ['b', 50],
    ]),
    20,
  )
})

function waiting(queue: string, id: string): Attempt {
  const lane = lanes.laneOf(queue)
  const known = makeTaskTable([task('t', () => 1)], null, []).byName.get('t') as RunnableTask
  const job = {
    id,
    task: 't',
    queue,
    priority: 3,
    payload: null,
    headers: null,
    enqueuedAt: 0,
    dueAt: 0,
    deadline: null,
    tries: 0,
    maxTries: null,
    iterations: 0,
    tick: null,
  } as const
  const lease = { receipt: id, fence: 1, claimedAt: 0, leaseUntil: 1, suspect: false, job }
  const attempt = new Attempt(lease, known, lane, { wall: 0, monotonic: 0 })
  lane.push(attempt)
  return attempt
}

describe('room for claims', () => {
  test('is the free slots of each queue, and of all together, while nothing is known of handlers', () => {
    expect(lanes.room(bounds)?.limit).toBe(20)
    expect(new Map(lanes.room(bounds)?.queues.map(({ queue, limit }) => [queue, limit]))).toEqual(
      new Map([
        ['a', 5],
        ['b', 20],
      ]),
    )
  })

  test('shrinks by what runs and by what waits', () => {
    const lane = lanes.laneOf('a')
    for (let slot = 0; slot < 4; slot++) lanes.occupy(lane)
    waiting('a', 'x')
    const room = lanes.room(bounds)
    expect(room?.limit).toBe(15)
    expect(room?.queues).toEqual([{ queue: 'b', limit: 20 }])
    lanes.free(lane)
    expect(lanes.room(bounds)?.queues).toContainEqual({ queue: 'a', limit: 1 })
  })

  test('grows by what quick handlers need within the window, and not by slow ones', () => {
    const lane = lanes.laneOf('a')
    lane.measured(1)
    expect(lanes.room(bounds)?.queues).toContainEqual({ queue: 'a', limit: 55 })
    for (let round = 0; round < 200; round++) lane.measured(1000)
    expect(lanes.room(bounds)?.queues).toContainEqual({ queue: 'a', limit: 5 })
  })

  test('is no more than can start one after the other where handlers hold the event loop', () => {
    const lane = lanes.laneOf('b')
    for (let round = 0; round < 200; round++) lane.blocked(4000)
    expect(lanes.room(bounds)?.queues).toContainEqual({ queue: 'b', limit: 3 })
  })

  test('asks for the queues in turn, the same one first for as long as no claim was made', () => {
    const first = (turn: number): string | undefined => lanes.room({ ...bounds, turn })?.queues[0]?.queue
    expect([0, 0, 1, 1, 2].map(first)).toEqual(['a', 'a', 'b', 'b', 'a'])
  })

  test('is not taken from other queues by what waits for handlers that have become slow', () => {
    const lane = lanes.laneOf('a')
    lane.measured(1)
    for (let slot = 0; slot < 5; slot++) lanes.occupy(lane)
    for (let index = 0; index < 50; index++) waiting('a', `${index}`)
    for (let round = 0; round < 200; round++) lane.measured(60_000)
    expect(lanes.room(bounds)).toEqual({ queues: [{ queue: 'b', limit: 20 }], limit: 15 })
  })

  test('is none for a queue that is paused, or that only receives what is pushed', () => {
    lanes.pause(new Set(['a']))
    lanes.laneOf('pushed')
    expect(lanes.room(bounds)?.queues).toEqual([{ queue: 'b', limit: 20 }])
    lanes.pause(new Set(['a', 'b']))
    expect(lanes.room(bounds)).toBeNull()
    expect(lanes.pause(new Set(['a']))).toBe(true)
    expect(lanes.pause(new Set(['a']))).toBe(false)
  })
})

test('waiting attempts start first in, first out in each queue, and queues take turns', () => {
  for (const id of ['a1', 'a2', 'a3']) waiting('a', id)
  for (const id of ['b1', 'b2']) waiting('b', id)
  const order: (string | undefined)[] = []
  for (let index = 0; index < 6; index++) order.push(lanes.shift()?.lease.job.id)
  expect(order).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', undefined])
})

test('a queue without a free slot does not hold up another', () => {
  for (let slot = 0; slot < 5; slot++) lanes.occupy(lanes.laneOf('a'))
  waiting('a', 'a1')
  waiting('b', 'b1')
  expect(lanes.shift()?.lease.job.id).toBe('b1')
  expect(lanes.shift()).toBeUndefined()
  expect(lanes.canStart).toBe(false)
  lanes.free(lanes.laneOf('a'))
  expect(lanes.canStart).toBe(true)
  expect(lanes.shift()?.lease.job.id).toBe('a1')
})

test('thousands of attempts pass through a queue in order while it is never empty', () => {
  let made = 0
  const order: (string | undefined)[] = []
  for (let index = 0; index < 300; index++) waiting('a', `${made++}`)
  for (let index = 0; index < 5000; index++) {
    waiting('a', `${made++}`)
    order.push(lanes.shift()?.lease.job.id)
  }
  expect(order).toEqual(order.map((_, at) => `${at}`))
  const odd = lanes.take(({ lease }) => Number(lease.job.id) % 2 === 1)
  expect(odd).toHaveLength(150)
  expect(lanes.waiting).toBe(150)
})
