import { expect, test } from 'vitest'
import { randomInt, seededRandom, systemRandom } from './random.js'

test('the same seed gives the same numbers, another seed others', () => {
  const draw = (seed: number | string): number[] => {
    const random = seededRandom(seed)
    return Array.from({ length: 5 }, () => random.next())
  }
  expect(draw(42)).toEqual(draw(42))
  expect(draw(42)).not.toEqual(draw(43))
  expect(draw('a')).not.toEqual(draw('b'))
})

test.each([['seeded', seededRandom(7)] as const, ['system', systemRandom] as const])(
  'the %s generator stays in [0, 1) and fills it evenly',
  (_name, random) => {
    const tenths = new Array<number>(10).fill(0)
    for (let draw = 0; draw < 20_000; draw++) {
      const value = random.next()
      expect(value >= 0 && value < 1).toBe(true)
      const tenth = Math.floor(value * 10)
      tenths[tenth] = (tenths[tenth] ?? 0) + 1
    }
    // 2,000 expected in each, standard deviation 42: ten of them off means a broken generator, not bad luck
    for (const count of tenths) expect(Math.abs(count - 2000)).toBeLessThan(420)
  },
)

test('whole numbers reach both ends of their range', () => {
  const random = seededRandom(1)
  const seen = new Set(Array.from({ length: 200 }, () => randomInt(random, 3)))
  expect([...seen].sort()).toEqual([0, 1, 2])
  expect(() => randomInt(random, 0)).toThrow('end must be a whole number above 0, got 0')
  expect(() => randomInt(random, 1.5)).toThrow(TypeError)
})
