import { enter } from '../books.js'
import type { PaidOrder } from '../orders/paid-order.js'

export default async function packParcel({ orderId }: PaidOrder): Promise<void> {
  await enter('parcels', orderId, { state: 'packed' })
}
