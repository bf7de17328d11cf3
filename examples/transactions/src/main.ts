/**
 * Orders and the jobs that they need, in one commit.
 *
 * Run: npm run build && npx tsc -p examples/transactions && DATABASE_URL=postgres://... node examples/transactions/dist/main.js
 */
import pg from 'pg'
import { createRota } from 'rota'
import { postgres } from 'rota/postgres'
import { orderWithDrizzle } from './order-with-drizzle.js'
import { orderWithKysely } from './order-with-kysely.js'
import { countShop, makeShop, removeShop } from './shop.js'
import { shippingTask } from './shipping.js'

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'] ?? 'postgres://localhost/postgres' })
await makeShop(pool)
const ship = shippingTask(pool)
const rota = createRota({ backend: postgres({ pool, schema: 'shop_rota' }), tasks: [ship] })
await rota.open()
const shop = { pool, rota, ship }

const jobs = [await orderWithDrizzle(shop, 'a globe'), await orderWithKysely(shop, 'an atlas')]
for (const order of [orderWithDrizzle, orderWithKysely]) {
  // The database notices it with the commit, when the job has been enqueued: that is rolled back too.
  await order(shop, 'a globe').catch(() => console.log(`${order.name}: there is one globe only`))
}
console.log('before the worker starts:', await countShop(pool))

await rota.startWorker()
for (const job of jobs) console.log('shipped:', await job.result())
console.log('in the end:', await countShop(pool))

await rota.close()
await removeShop(pool)
await pool.end()
