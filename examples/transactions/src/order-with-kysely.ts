import { type Generated, Kysely, PostgresDialect } from 'kysely'
import { fromKysely } from './adapters/kysely.js'
import type { Order } from './shop.js'

interface Tables {
  readonly 'shop.orders': { readonly id: Generated<number>; readonly item: string }
}

export const orderWithKysely: Order = ({ pool, rota, ship }, item) =>
  new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }).transaction().execute(async (trx) => {
    const { id } = await trx.insertInto('shop.orders').values({ item }).returning('id').executeTakeFirstOrThrow()
    return rota.enqueue(ship, { orderId: id, item }, { tx: fromKysely(trx) })
  })
