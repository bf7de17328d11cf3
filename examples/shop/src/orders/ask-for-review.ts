import { enter, keysOf } from '../books.js'

/** Asks for a review of an order, if it was ever paid. */
export default async function askForReview({ orderId, email }: { orderId: string; email: string }): Promise<void> {
  const paid = await keysOf('charges')
  if (paid.includes(orderId)) await enter('reviews', orderId, { to: email })
}
