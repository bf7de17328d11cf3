import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FakeChild, fakeContext } from '../../test/isolation/fake-child.js'
import { FakeClock } from '../time/fake-clock.js'
import { ChildRoom, childrenMaxHere } from './child-room.js'
import { createIsolatedRunner, type IsolatedRunner } from './create-isolated-runner.js'

const GIB = 1024 ** 3

let clock: FakeClock
let started: { readonly file: string; readonly child: FakeChild }[]
let runners: IsolatedRunner[]

beforeEach(() => {
  clock = new FakeClock()
  started = []
  runners = []
})

afterEach(async () => {
  for (const { child } of started) child.over({})
  await Promise.all(runners.map((runner) => runner.close()))
})

function runnerOf(name: string, room: ChildRoom, warm = 0): IsolatedRunner {
  const runner = createIsolatedRunner({
    what: name,
    file: `/app/${name}.mjs`,
    memoryBytes: 128 * 1024 * 1024,
    clock,
    warm,
    childrenMax: room,
    startChild: (_options, listener) => {
      const child = new FakeChild(listener)
      started.push({ file: name, child })
      return child
    },
  })
  runners.push(runner)
  return runner
}

/** Those that live, by their function. */
const living = (): readonly string[] => started.filter(({ child }) => !child.isOver).map(({ file }) => file)

async function once(runner: IsolatedRunner): Promise<void> {
  const outcome = runner.run('payload', fakeContext())
  await clock.settle()
  started.findLast(({ child }) => !child.isOver)?.child.ended()
  await outcome
}

describe('runners that share a room', () => {
  test('have no more children than it says, the longest idle making room', async () => {
    const room = new ChildRoom(2)
    const [a, b, c] = ['a', 'b', 'c'].map((name) => runnerOf(name, room))
    await once(a!)
    await clock.advance(10)
    await once(b!)
    expect(living()).toEqual(['a', 'b'])
    await clock.advance(10)
    await once(c!)
    expect(living()).toEqual(['b', 'c'])
    expect(room.figures).toEqual({ children: 2, waiting: 0 })
  })

  test('wait for each other in the order in which they came', async () => {
    const room = new ChildRoom(1)
    const [a, b] = ['a', 'b'].map((name) => runnerOf(name, room))
    const first = a!.run('payload', fakeContext())
    const second = b!.run('payload', fakeContext())
    await clock.settle()
    expect(living()).toEqual(['a'])
    expect(room.figures.waiting).toBe(1)
    started[0]!.child.ended()
    await first
    await clock.settle()
    expect(living()).toEqual(['b'])
    started[1]!.child.ended()
    expect(await second).toBe('done')
  })

  test('keep children ready only where there is space', () => {
    const room = new ChildRoom(2)
    runnerOf('a', room, 1)
    runnerOf('b', room, 5)
    expect(living()).toEqual(['a', 'b'])
  })
})

test.each([
  [2, 16 * GIB, 16],
  [16, 64 * GIB, 64],
  [16, 2 * GIB, 8],
  [1, GIB / 4, 4],
])('with %d processors and %d bytes of memory %d children may live', (processors, bytes, expected) => {
  expect(childrenMaxHere(processors, bytes)).toBe(expected)
})

test('a room for nobody is refused', () => {
  expect(() => new ChildRoom(0)).toThrow('childrenMax: expected a whole number of at least 1, got 0')
})
