import { expect, test } from 'vitest'
import { task } from '../model/task-definition.js'
import { TaskList } from './task-list.js'

const mail = task('mail', () => 1)
const report = task('report', () => 2)

test('tasks are added until a worker has taken them', () => {
  const list = new TaskList([mail])
  list.add([report, report, mail])
  expect(list.get('report')).toBe(report)
  expect(list.get('toString')).toBeUndefined()
  expect(list.take()).toEqual([mail, report])
  expect(() => list.add([task('late', () => 3)])).toThrow(/all tasks before the worker starts, got "late" after it/)
  expect(() => list.add([mail])).not.toThrow()
})

test('of tasks that are added together all are, or none is', () => {
  const list = new TaskList([mail])
  expect(() => list.add([report, task('mail', () => 3)])).toThrow(/each name once, got a second task named "mail"/)
  expect(() => list.add([report, {} as never])).toThrow(/expected what task\(\) returns, got object/)
  expect(() => list.add([null as never])).toThrow(/expected what task\(\) returns, got null/)
  expect(list.take()).toEqual([mail])
})
