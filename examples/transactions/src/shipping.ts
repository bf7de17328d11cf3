import { drizzle } from 'drizzle-orm/node-postgres'
import { integer, pgSchema } from 'drizzle-orm/pg-core'
import type pg from 'pg'
import { type HandlerContext, task, type TaskDefinition } from 'rota'
import type { PgTx } from 'rota/postgres'
import { fromDrizzle } from './adapters/drizzle.js'

export interface Shipment {
  readonly orderId: number
  readonly item: string
}

/** The task that ships an order. It names the transactions that its handler completes its jobs in. */
export type ShippingTask = TaskDefinition<Shipment, Shipment, string, PgTx>

const parcels = pgSchema('shop').table('parcels', { orderId: integer('order_id').notNull() })

/** Makes a parcel, and ends the job, in one commit: however often it is tried, there is one parcel to an order. */
export function shippingTask(pool: pg.Pool): ShippingTask {
  const db = drizzle(pool)
  let isFirst = true
  return task('ship', {
    backoff: () => 10,
    async run({ orderId, item }: Shipment, { job }: HandlerContext<Shipment, PgTx>) {
      const label = `${item}, in parcel ${orderId}`
      await db.transaction(async (tx) => {
        await tx.insert(parcels).values({ orderId })
        await job.complete({ tx: fromDrizzle(tx), result: label })
        // The first try of all fails at the worst moment, and leaves nothing behind.
        if (isFirst) {
          isFirst = false
          throw new Error('the connection broke before the commit')
        }
      })
      return label
    },
  })
}
