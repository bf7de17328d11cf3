// Tests as somebody writes them who has nothing but Node: run by runners.test.ts with what was built.
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { task } from 'rota'
import { assertEnqueued, assertNotEnqueued, mockTask, setUpTests, testRota } from 'rota/testing'

setUpTests({ beforeEach, afterEach })

const send = task('invoice:send', async (/** @type {{ invoiceId: string }} */ { invoiceId }) => `sent ${invoiceId}`)
const note = task('note', (/** @type {string} */ text) => `noted ${text}`)
const baseline = mockTask(note, () => 'baseline')

/** What a job of `note` results in. */
async function runNote() {
  const t = testRota({ tasks: [note], inline: true })
  const job = await t.rota.enqueue(note, 'a')
  const result = await job.result()
  await t.close()
  return result
}

void test('jobs run when the test says so', async () => {
  const t = testRota({ tasks: [send] })
  const job = await t.rota.enqueue(send, { invoiceId: 'in_1' }, { delay: '1 day' })
  assertEnqueued(t, send, { invoiceId: 'in_1' }, { delay: '1 day' })
  assertNotEnqueued(t, send, { invoiceId: 'in_2' })
  assert.equal((await t.drain()).completed, 0)
  assert.equal((await t.advance('1 day')).completed, 1)
  assert.equal(await job.result(), 'sent in_1')
  await t.close()
})

void test('D-26: a mock of one test', async () => {
  mockTask(note, () => 'this test')
  assert.equal(await runNote(), 'this test')
})

void test('D-26: is over with it', async () => {
  assert.equal(await runNote(), 'baseline')
  assert.deepEqual(baseline.calls, ['a'])
})
