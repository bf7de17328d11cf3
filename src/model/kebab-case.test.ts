import { expect, test } from 'vitest'
import { kebabCase } from './kebab-case.js'

test.each([
  ['MyStack', 'my-stack'],
  ['HelloWorld', 'hello-world'],
  ['processOrder', 'process-order'],
  ['process_order', 'process-order'],
  ['process-order', 'process-order'],
  ['HTTPServer', 'http-server'],
  ['sendPDF', 'send-pdf'],
  ['order2Paid', 'order2-paid'],
  ['v2', 'v2'],
  ['_hidden_', 'hidden'],
  ['A-B--c-', 'a-b-c'],
])('D-23: %s stands on record as %s', (name, record) => {
  expect(kebabCase(name)).toBe(record)
  expect(kebabCase(record)).toBe(record)
})
