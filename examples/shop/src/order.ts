import { redact } from 'rota'
import { z } from 'zod'

/** What a customer orders. */
export const order = z.object({
  orderId: z.string(),
  email: z.email(),
  cents: z.int().positive(),
  /** In no log, no error and no report of a failure. */
  card: redact(z.string()),
})

export type Order = z.input<typeof order>
