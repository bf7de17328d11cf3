import { expect, test } from 'vitest'
import { instanceIdOf, instanceNameOf } from './instance-name.js'

const ID = '01932c7e-5a2b-7c3d-8e4f-0123456789ab'

test('two instances of one name have two identities, and both show their name', () => {
  const one = instanceIdOf('dev1.example.net', ID)
  const other = instanceIdOf('dev1.example.net', ID.replace('0', '1'))
  expect(one).not.toBe(other)
  expect([one, other].map(instanceNameOf)).toEqual(['dev1.example.net', 'dev1.example.net'])
})

test('a name may hold what an identity is made of', () => {
  expect(instanceNameOf(instanceIdOf('eu/west', ID))).toBe('eu/west')
  expect(instanceNameOf(instanceIdOf(`twice/${ID}`, ID))).toBe(`twice/${ID}`)
})

test('an instance without a name shows its id', () => {
  expect(instanceNameOf(instanceIdOf(undefined, ID))).toBe(ID)
  expect(instanceNameOf('chosen-by-hand')).toBe('chosen-by-hand')
})

test('an identity fits where stores take identities, whole characters only', () => {
  const long = instanceIdOf('😀'.repeat(64), ID)
  expect(long.length).toBeLessThanOrEqual(128)
  expect(long.isWellFormed()).toBe(true)
  expect(instanceNameOf(long)).toMatch(/^😀+\uFFFD?$/u)
})
