import { describe, expect, test } from 'vitest'
import { CATCH_ALL, taskOfEvent } from './catch-all.js'
import { nameProblem } from './names.js'

describe('the catch-all', () => {
  test('is a legal name of a task', () => {
    expect(nameProblem('task', CATCH_ALL)).toBeNull()
  })

  test('gets what names no task, and nothing that does', () => {
    expect(taskOfEvent({ _taskName: 'test', foo: 'bar' })).toBe('test')
    expect(taskOfEvent({ _taskName: 'Test' })).toBe('Test')
    expect(taskOfEvent({ _taskName: 'constructor' })).toBe('constructor')
    const nameless = [undefined, null, 5, 'test', [], {}, { foo: 'bar' }, { _taskName: 5 }, { _taskName: '' }]
    expect(nameless.map((event) => taskOfEvent(event))).toEqual(nameless.map(() => CATCH_ALL))
    expect(taskOfEvent({ _taskName: 'no such name!' })).toBe(CATCH_ALL)
    expect(taskOfEvent(Object.create({ _taskName: 'inherited' }))).toBe(CATCH_ALL)
  })

  test('gets what names an unknown task, where the tasks are known', () => {
    const known = new Set(['test'])
    const tasks = ['test', 'unrouted'].map((_taskName) => taskOfEvent({ _taskName }, (name) => known.has(name)))
    expect(tasks).toEqual(['test', CATCH_ALL])
  })
})
