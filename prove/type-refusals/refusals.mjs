/**
 * Small programs of users. The lines that end in `// refused` must not compile, and every other line must: right and wrong stand
 * in one program, so that a declaration that has become `any` is found out.
 */

const mail = `
import { createRota, task } from 'rota'
const mail = task('mail:send', async (input: { to: string; urgent?: boolean }) => input.to.length)
const rota = createRota({ url: 'sqlite:jobs.db', tasks: [mail] })
`

const schema = `
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { createRota, task } from 'rota'
declare const invoice: StandardSchemaV1<{ id: string; dueOn: Date }, { id: string; dueOn: Date }>
const send = task('invoice:send', { input: invoice, run: ({ id, dueOn }) => id + dueOn.toISOString() })
const rota = createRota({ url: 'sqlite:jobs.db', tasks: [send] })
`

/** @type {readonly { readonly says: string, readonly program: string }[]} */
export const refusals = [
  {
    says: 'a payload of a wrong type',
    program: `${mail}
await rota.enqueue(mail, { to: 'a@example.com' })
await rota.enqueue(mail, { to: 7 }) // refused
await rota.enqueue(mail, 'a@example.com') // refused
`,
  },
  {
    says: 'a payload with a missing field, an unknown field, or none at all',
    program: `${mail}
await rota.enqueue(mail, { to: 'a@example.com', urgent: true })
await rota.enqueue(mail, { urgent: true }) // refused
await rota.enqueue(mail, { to: 'a@example.com', urgnt: true }) // refused
await rota.enqueue(mail) // refused
`,
  },
  {
    says: 'a payload that the schema of its task does not take',
    program: `${schema}
await rota.enqueue(send, { id: 'in_1', dueOn: new Date(0) })
await rota.enqueue(send, { id: 'in_1', dueOn: '1970-01-01' }) // refused
await rota.enqueue(send, { id: 'in_1' }) // refused
`,
  },
  {
    says: 'a payload for a task that takes none',
    program: `
import { createRota, task } from 'rota'
const sweep = task('sweep', { run: () => 1 })
const rota = createRota({ url: 'sqlite:jobs.db', tasks: [sweep] })
await rota.enqueue(sweep)
await rota.enqueue(sweep, undefined, { delay: '1 minute' })
await rota.enqueue(sweep, { all: true }) // refused
`,
  },
  {
    says: 'again with wrong params',
    program: `
import { task } from 'rota'
export const right = task('page', (input: { page: number }, { again }) => again({ params: { page: input.page + 1 } }))
export const text = task('page', (input: { page: number }, { again }) =>
  again({ params: { page: String(input.page) } })) // refused
export const other = task('page', (input: { page: number }, { again }) =>
  again({ params: { next: input.page } })) // refused
export const none = task('page', (input: { page: number }, { again }) =>
  again({})) // refused
`,
  },
  {
    says: 'tx on a rota that was created by URL',
    program: `${mail}
declare const tx: { query(text: string): Promise<unknown> }
await rota.enqueue(mail, { to: 'a@example.com' }, { delay: '1 minute' })
await rota.enqueue(mail, { to: 'a@example.com' }, { tx }) // refused
`,
  },
  {
    says: 'tx on a store without transactions, and another store’s tx',
    program: `
import { createRota, task } from 'rota'
import type { Backend } from 'rota/port'
interface Connection { query(text: string): Promise<unknown> }
declare const without: Backend
declare const withOnes: Backend<Connection>
declare const tx: Connection
const mail = task('mail:send', async (input: { to: string }) => input.to.length)
await createRota({ backend: withOnes, tasks: [mail] }).enqueue(mail, { to: 'a@example.com' }, { tx })
await createRota({ backend: without, tasks: [mail] }).enqueue(mail, { to: 'a@example.com' }, { tx }) // refused
await createRota({ backend: withOnes, tasks: [mail] }).enqueue(mail, { to: 'a@example.com' }, { tx: 'BEGIN' }) // refused
`,
  },
  {
    says: 'a result taken for another type',
    program: `${mail}
const job = await rota.enqueue(mail, { to: 'a@example.com' })
export const length: number = await job.result()
export const text: string = await job.result() // refused
`,
  },
  {
    says: 'a schedule with a payload of a wrong type',
    program: `${mail}
await rota.schedule('reminder', 'every 10s', mail, { to: 'a@example.com' })
await rota.schedule('reminder', 'every 10s', mail, { to: 7 }) // refused
`,
  },
]
