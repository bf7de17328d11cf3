import { expect, test } from 'vitest'
import { makeTell } from './scheduler-event.js'

test('a skipped tick is logged with its instant in ISO 8601, and told to listeners as it is', () => {
  const told: unknown[] = []
  const warned: unknown[] = []
  const logger = { warn: (facts: object, message: string) => warned.push([facts, message]), error: () => undefined }
  const event = { type: 'skipped', schedule: 's', tick: 0, count: 2, reason: 'overlap' } as const
  makeTell((one) => told.push(one), logger)(event)
  expect(told).toEqual([event])
  expect(warned).toEqual([
    [{ schedule: 's', tick: '1970-01-01T00:00:00.000Z', count: 2, reason: 'overlap' }, 'scheduler: skipped'],
  ])
})
