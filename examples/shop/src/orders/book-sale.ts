import { enter } from '../books.js'
import type { PaidOrder } from './paid-order.js'

export default async function bookSale({ orderId, cents }: PaidOrder): Promise<void> {
  await enter('sales', orderId, cents)
}
