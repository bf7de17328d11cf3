import { expectTypeOf, test } from 'vitest'
import type { JobHandle } from '../client/job-handle.js'
import type { RowResult } from '../model/row.js'
import type { TaskDefinition } from '../model/task-definition.js'
import { createRota } from './create-rota.js'

interface Crawl {
  url: string
  pages: number
}

const rota = createRota({ url: 'memory:' })

test('a runner gets its row with typed params, and makes a task that takes them', () => {
  const crawl = rota.runner<Crawl>('crawl', ({ id, completed, type, params }, { again, signal }) => {
    expectTypeOf(id).toEqualTypeOf<string>()
    expectTypeOf(completed).toEqualTypeOf<boolean>()
    expectTypeOf(type).toEqualTypeOf<string>()
    expectTypeOf(params).toEqualTypeOf<Crawl>()
    expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
    if (params.pages > 3) return again({ params: { url: params.url, pages: 0 } })
    return { completed: false, newParams: { pages: params.pages + 1 }, newTargetTimestamp: null }
  })
  expectTypeOf(crawl).toEqualTypeOf<TaskDefinition<Crawl, Crawl, RowResult<Crawl>>>()
  expectTypeOf(rota.enqueue(crawl, { url: 'u', pages: 0 })).toEqualTypeOf<Promise<JobHandle<RowResult<Crawl>>>>()
  // @ts-expect-error -- pages is missing
  rota.enqueue(crawl, { url: 'u' })
})

test('what a runner returns is checked', () => {
  // @ts-expect-error -- it does not say whether the row is done
  rota.runner('a', () => ({ newParams: {} }))
  // @ts-expect-error -- pages is a number
  rota.runner<Crawl>('b', () => ({ completed: false, newParams: { pages: 'two' } }))
  // @ts-expect-error -- no instant
  rota.runner('c', () => ({ completed: false, newTargetTimestamp: 'tomorrow' }))
  // @ts-expect-error -- nothing is returned
  rota.runner('d', () => undefined)
  rota.runner<Crawl>('e', (_row, { again }) =>
    // @ts-expect-error -- `again` replaces: all params are needed
    again({ params: { pages: 1 } }),
  )
  // @ts-expect-error -- there is no such mode
  rota.runner('f', () => ({ completed: true }), { params: 'append' })
})

test('rows are put before they are done, and a message names one', () => {
  rota.rows.put({ id: 0, completed: false, type: 'crawl', params: { url: 'u' } })
  rota.rows.send({ taskId: '0', targetTimestamp: new Date(0), priority: 2, from: 'shop' })
  // @ts-expect-error -- a row that is put is not done
  rota.rows.put({ id: 0, completed: true, type: 'crawl' })
  // @ts-expect-error -- the type is missing
  rota.rows.put({ id: 0 })
  // @ts-expect-error -- the row is missing
  rota.rows.send({ targetTimestamp: null })
})
