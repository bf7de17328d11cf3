/** The first config of seed 003, word for word. */
export const BASIC = `{
  "tasks": {
    "processOrder": "./src/process-order.ts"
  }
}
`

/** The second config of seed 003, word for word. */
export const ADVANCED = `{
  "tasks": {
    "processOrder": {
      "consumer": {
        "code": {
          "file": "./src/process-order.ts",
          "minify": true,
          "external": ["aws-sdk"]
        },
        "memorySize": "512 MB",
        "timeout": "2 minutes",
        "environment": {
          "PAYMENT_API_KEY": "your-api-key"
        }
      },
      "retryAttempts": 2
    }
  }
}
`

/** The call of seed 003, word for word but for the package that it imports. */
export const CALL = `import { Task } from 'rota'

// Invoke a task with proper type checking
await Task.myStack.processOrder({
  orderId: '123',
  customerId: '456',
  items: [
    { productId: 'abc', quantity: 2 }
  ]
})
`

/** What the seed does not show: the function behind it. */
export const FUNCTION = `interface Order {
  orderId: string
  customerId: string
  items: { productId: string; quantity: number }[]
}

export default async ({ orderId, customerId, items }: Order) => {
  const count = items.reduce((sum, { quantity }) => sum + quantity, 0)
  console.log(\`order \${orderId} of \${customerId}, \${count} items, key \${process.env['PAYMENT_API_KEY']}\`)
}
`
