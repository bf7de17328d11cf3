/**
 * The front of the shop: takes three orders, one with a card that is declined, and waits until all is done.
 * Run it while `rota dev` runs; it finds the store by the config of this folder.
 */
import { setTimeout } from 'node:timers/promises'
import { Cron, Task } from 'rota'
import { type Book, entriesOf, keysOf } from './books.js'

await Task.orders.placeOrder({ orderId: 'o1', email: 'ann@example.com', cents: 2500, card: '4111 1111' })
await Task.orders.placeOrder({ orderId: 'o2', email: 'bob@example.com', cents: 4950, card: '4222 0000' })
const last = { orderId: 'o3', email: 'cy@example.com', cents: 1000, card: '4333 3333' }
const job = await Task.orders.placeOrder.enqueue(last)
await job.result() // who wants to know that it was placed; the others are in the store, too

await until('receipts', 2)
await until('parcels', 2)
await until('sales', 2)
await until('failures', 1)
console.log('receipts:', (await keysOf('receipts')).join(', '))
console.log('parcels:', (await keysOf('parcels')).join(', '))
console.log('failures:', await entriesOf('failures'))

await Cron.orders.evening()
await until('reports', 1)
console.log('reports:', await entriesOf('reports'))

/** Waits until a book has so many entries. */
async function until(book: Book, count: number): Promise<void> {
  while ((await keysOf(book)).length < count) await setTimeout(100)
}
