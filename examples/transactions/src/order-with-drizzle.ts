import { drizzle } from 'drizzle-orm/node-postgres'
import { integer, pgSchema, text } from 'drizzle-orm/pg-core'
import { fromDrizzle } from './adapters/drizzle.js'
import type { Order } from './shop.js'

const orders = pgSchema('shop').table('orders', {
  id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
  item: text('item').notNull(),
})

export const orderWithDrizzle: Order = ({ pool, rota, ship }, item) =>
  drizzle(pool).transaction(async (tx) => {
    const [order] = await tx.insert(orders).values({ item }).returning({ id: orders.id })
    if (order === undefined) throw new Error('expected the order that was stored, got none')
    return rota.enqueue(ship, { orderId: order.id, item }, { tx: fromDrizzle(tx) })
  })
