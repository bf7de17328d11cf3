import { enter } from '../books.js'
import type { PaidOrder } from './paid-order.js'

export default async function sendReceipt({ orderId, email, cents }: PaidOrder): Promise<void> {
  await enter('receipts', orderId, { to: email, text: `Thank you for ${(cents / 100).toFixed(2)} euros.` })
}
