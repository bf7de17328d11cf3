import { getContext, handler, TerminateError, Topic } from 'rota'
import { enter } from '../books.js'
import { order } from '../order.js'

/** The bank of this example declines cards that end so. */
const DECLINED = /0000$/

/** Takes the money, and tells everybody who has to know. */
export default handler({
  schema: order,
  handle: async (placed): Promise<void> => {
    const { orderId, cents, card } = placed
    // It would be declined again: no more tries, the failure is handled at once.
    if (DECLINED.test(card)) throw new TerminateError(`the card for order ${orderId} was declined`)
    const isNew = await enter('charges', orderId, { cents })
    if (!isNew) getContext().log.warn('charged before; an earlier attempt ended before it had told everybody')
    const { email } = placed
    await Topic.orders.orderPaid({ orderId, email, cents })
  },
})
