import type pg from 'pg'
import type { JobHandle, Rota } from 'rota'
import type { PgTx } from 'rota/postgres'
import type { ShippingTask } from './shipping.js'

/** What it takes to order something. */
export interface Shop {
  readonly pool: pg.Pool
  readonly rota: Rota<PgTx>
  readonly ship: ShippingTask
}

/** Stores an order together with the job that ships it; neither without the other. */
export type Order = (shop: Shop, item: string) => Promise<JobHandle<string>>

/** Makes the tables, new and empty. */
export async function makeShop(pool: pg.Pool): Promise<void> {
  await removeShop(pool)
  await pool.query(`
    CREATE SCHEMA shop;
    CREATE TABLE shop.orders(id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, item text NOT NULL UNIQUE DEFERRABLE INITIALLY DEFERRED);
    CREATE TABLE shop.parcels(order_id int NOT NULL REFERENCES shop.orders);
  `)
}

/** What the tables hold. */
export async function countShop(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ orders: string; parcels: string; jobs: string }>(
    `SELECT (SELECT count(*) FROM shop.orders) AS orders, (SELECT count(*) FROM shop.parcels) AS parcels,
      (SELECT count(*) FROM shop_rota.bodies) AS jobs`,
  )
  const { orders = '', parcels = '', jobs = '' } = rows[0] ?? {}
  return `${orders} orders, ${jobs} jobs, ${parcels} parcels`
}

/** Takes everything away. */
export async function removeShop(pool: pg.Pool): Promise<void> {
  await pool.query('DROP SCHEMA IF EXISTS shop CASCADE; DROP SCHEMA IF EXISTS shop_rota CASCADE')
}
