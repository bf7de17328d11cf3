import { describe, expect, test } from 'vitest'
import { RotaError } from '../../model/errors.js'
import { eventOfError, eventOfLine } from './error-log-event.js'

const source = { job: { id: 'j' }, origin: 'orders:task:work', date: new Date(0) }

describe('D-25: an event', () => {
  test('of an error is an error, with its data', () => {
    const error = Object.assign(new RangeError('no'), { data: { left: 0 } })
    expect(eventOfError(error, source)).toMatchObject({ level: 'error', type: 'RangeError', data: { left: 0 } })
  })

  test.each([
    ['TIMEOUT', 'timeout'],
    ['OUT_OF_MEMORY', 'out-of-memory'],
    ['HANDLER_EXITED', 'exited'],
  ] as const)('of an attempt that ended with %s is fatal', (code, type) => {
    expect(eventOfError(new RotaError(code, 'over'), source)).toMatchObject({ level: 'fatal', type })
  })

  test('of a plain text has the type Error', () => {
    expect(eventOfError('broken', source)).toMatchObject({ level: 'error', type: 'Error', message: 'broken' })
  })

  test.each([[undefined], [null], [{}], [''], ['  ']])('is not made of %j', (junk) => {
    expect(eventOfError(junk, source)).toBe(null)
  })

  test('has a hash that numbers do not change, and that function, level, type and words do', () => {
    const hash = (line: string, origin = source.origin): string | undefined =>
      eventOfLine('error', line, { ...source, origin })?.hash
    expect(hash('order 17 is late')).toBe(hash('order 4 is late'))
    expect(hash('order 17 is late')).not.toBe(hash('order 17 is lost'))
    expect(hash('order 17 is late')).not.toBe(hash('order 17 is late', 'other'))
    expect(hash('order 17 is late')).not.toBe(eventOfLine('warn', 'order 17 is late', source)?.hash)
  })
})
