/** What everybody hears of an order that was paid: no card. */
export interface PaidOrder {
  readonly orderId: string
  readonly email: string
  readonly cents: number
}
