import { handler, Task } from 'rota'
import { order } from '../order.js'

/** Takes an order: it is charged at once, and in a week somebody asks how it was. */
export default handler({
  schema: order,
  handle: async (placed): Promise<void> => {
    await Task.orders.chargeCard(placed)
    await Task.orders.askForReview({ orderId: placed.orderId, email: placed.email }, { schedule: '7 days' })
  },
})
