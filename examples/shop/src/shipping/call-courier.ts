import { getContext } from 'rota'
import { enter, keysOf } from '../books.js'

/** Has everything picked up that is packed. */
export default async function callCourier(): Promise<void> {
  await enter('pickups', getContext().job.id, { parcels: await keysOf('parcels') })
}
