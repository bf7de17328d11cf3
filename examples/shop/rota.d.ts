// Written by `rota types` and `rota dev`: what `Task`, `Queue`, `Topic` and `Cron` of this project take. Do not edit.
import type { CronEntry, TaskOf, TopicOf } from 'rota'

declare module 'rota' {
  interface TaskResources {
    readonly orders: {
      readonly askForReview: TaskOf<typeof import("./src/orders/ask-for-review.ts").default>
      readonly bookSale: TaskOf<typeof import("./src/orders/book-sale.ts").default>
      readonly chargeCard: TaskOf<typeof import("./src/orders/charge-card.ts").default>
      readonly placeOrder: TaskOf<typeof import("./src/orders/place-order.ts").default>
      readonly reportSales: TaskOf<typeof import("./src/orders/report-sales.ts").default>
      readonly sendReceipt: TaskOf<typeof import("./src/orders/send-receipt.ts").default>
    }
    readonly shipping: {
      readonly packParcel: TaskOf<typeof import("./src/shipping/pack-parcel.ts").default>
    }
  }

  interface TopicResources {
    readonly orders: {
      readonly orderPaid: TopicOf<typeof import("./src/orders/book-sale.ts").default | typeof import("./src/orders/send-receipt.ts").default | typeof import("./src/shipping/pack-parcel.ts").default>
    }
  }

  interface CronResources {
    readonly orders: {
      readonly evening: CronEntry
    }
    readonly shipping: {
      readonly courier: CronEntry
    }
  }
}
