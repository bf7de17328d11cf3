import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Task } from 'rota'
import { mockTask, testStacks, type TestSystem } from 'rota/testing'
import 'rota/testing/vitest'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { entriesOf, keysOf } from '../src/books.js'

const order = { orderId: 'o1', email: 'ann@example.com', cents: 2500, card: '4111 1111' }
const paid = { orderId: 'o1', email: 'ann@example.com', cents: 2500 }

let t: TestSystem

beforeEach(async () => {
  process.env['SHOP_DATA'] = mkdtempSync(join(tmpdir(), 'shop-'))
  // A Wednesday.
  t = await testStacks({ now: new Date('2025-01-01T12:00:00Z') })
})

afterEach(async () => {
  await t.close()
  rmSync(process.env['SHOP_DATA'] ?? '', { recursive: true })
})

test('an order is charged, and everybody who has to know is told, without the card', async () => {
  await Task.orders.placeOrder(order)
  expect(await t.drain()).toMatchObject({ completed: 5, failed: 0 })
  expect(t).toHaveEnqueued(Task.orders.sendReceipt, paid)
  expect(t).toHaveEnqueued(Task.orders.bookSale, paid)
  expect(t).toHaveEnqueued(Task.shipping.packParcel, paid, { times: 1 })
  expect(await entriesOf('receipts')).toEqual([{ to: 'ann@example.com', text: 'Thank you for 25.00 euros.' }])
})

test('a declined card is tried once, and its failure is told without the card', async () => {
  await Task.orders.placeOrder({ ...order, card: '4222 0000' })
  expect(await t.drain()).toMatchObject({ failed: 1, retried: 0 })
  expect(t).not.toHaveEnqueued(Task.orders.sendReceipt)
  const message = 'the card for order o1 was declined'
  expect(await entriesOf('failures')).toEqual([{ resource: 'orders:task:charge-card', message }])
})

test('a receipt that cannot be sent is tried three times, whatever becomes of the parcel', async () => {
  const sendReceipt = mockTask((m) =>
    m.orders.sendReceipt(() => {
      throw new Error('the mail server is down')
    }),
  )
  await Task.orders.placeOrder(order)
  expect(await t.drain({ scheduled: true })).toMatchObject({ retried: 2, failed: 1 })
  expect(sendReceipt).toHaveBeenCalledTimes(3)
  expect(await keysOf('parcels')).toEqual(['o1'])
})

test('a review is asked for after a week, of those who have paid', async () => {
  await Task.orders.placeOrder(order)
  await Task.orders.placeOrder({ ...order, orderId: 'o2', card: '4222 0000' })
  expect(t).not.toHaveEnqueued(Task.orders.askForReview)
  await t.advance('6 days')
  expect(t).toHaveEnqueued(Task.orders.askForReview, { orderId: 'o1', email: order.email }, { delay: '7 days' })
  expect(await keysOf('reviews')).toEqual([])
  await t.advance('1 day')
  expect(await keysOf('reviews')).toEqual(['o1'])
})

test('sales are reported every evening, and the courier comes on weekdays', async () => {
  await Task.orders.placeOrder(order)
  await t.advance('7 days')
  expect(await entriesOf('reports')).toEqual(Array(7).fill({ orders: 1, cents: 2500 }))
  expect(await entriesOf('pickups')).toEqual(Array(5).fill({ parcels: ['o1'] }))
})

test('an order that is none is refused by its task', async () => {
  await Task.orders.placeOrder({ ...order, email: 'nobody' })
  await expect(t.drain({ throws: true })).rejects.toThrow(/payload.*email/s)
})
