import { describe, expect, it } from 'vitest'
import { CommandWorld } from '../../../test/cli/command-world.js'
import { encodeResult } from '../../codec/encode-result.js'
import type { NewJob } from '../../model/job.js'
import type { NodeRecord } from '../../port/control-store.js'

const error = JSON.stringify({
  name: 'TypeError',
  message: 'no such invoice',
  code: 'E_INVOICE',
  stack: 'TypeError: no such invoice\n    at send (invoice.js:3:1)',
  cause: { name: 'Error', message: 'row missing' },
})

async function worldWithReports(): Promise<CommandWorld> {
  const world = new CommandWorld()
  await world.add({
    payload: { json: '{"a":1}', note: null },
    headers: '{"tenant":"7"}',
    maxTries: 5,
    uniqueKey: 'global/k',
  })
  const [lease] = await world.claim()
  const { receipt } = lease!
  const at = world.clock.now()
  await world.backend.jobs.report({
    reports: [
      {
        receipt,
        progress: { json: '{"done":3}', note: null },
        logs: [
          { at, level: 'info', message: 'sending' },
          { at, level: 'error', message: 'refused' },
        ],
        steps: [{ key: 'render', value: { json: '"ok"', note: null } }],
      },
    ],
  })
  await world.backend.jobs.settle({ settlements: [{ kind: 'retry', receipt, due: { inMs: 60_000 }, error }] })
  return world
}

it('shows a job with payload, progress, steps, the errors of its tries and its log', async () => {
  const world = await worldWithReports()
  const { exitCode, stdout } = await world.run('task view job-1')
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^Job job-1 enqueued at 01 Jan 25 00:00:00 UTC\n\n/)
  for (const line of [
    /^ +Task: invoice:send$/m,
    /^ +State: retrying$/m,
    /^ +Failed Tries: 1 of 5$/m,
    /^ +Unique Key: global\/k$/m,
    /^ +Due: 01 Jan 25 00:01:00 UTC$/m,
    /^ +Headers: tenant=7$/m,
    /^ +Payload: \{"a":1\}$/m,
    /^ +Progress: \{"done":3\}$/m,
    /^Steps:\n\n {2}render: "ok"$/m,
    /^ {2}\[01 Jan 25 00:00:00 UTC\] TypeError: no such invoice \(E_INVOICE\), because Error: row missing$/m,
    /^Log:\n\n {2}INFO \[00:00:00\] sending\n {2}ERROR\[00:00:00\] refused$/m,
    /^Stack:\n\n {2}at send \(invoice\.js:3:1\)$/m,
  ]) {
    expect(stdout).toMatch(line)
  }
})

it('shows what a completed job returned', async () => {
  const world = new CommandWorld()
  await world.add()
  const [lease] = await world.claim()
  const result = { json: '{"sent":true}', note: null }
  await world.backend.jobs.settle({ settlements: [{ kind: 'complete', receipt: lease!.receipt, result }] })
  const { stdout } = await world.run('task view job-1')
  expect(stdout).toMatch(/^ +State: completed$/m)
  expect(stdout).toMatch(/^ +Result: \{"sent":true\}$/m)
  expect(stdout).toMatch(/^ +Payload: none$/m)
  expect(stdout).toMatch(/^ +Failed Tries: 0$/m)
})

async function worldWithLostResult(value: unknown): Promise<CommandWorld> {
  const world = new CommandWorld()
  await world.add()
  const [lease] = await world.claim()
  const { encoded: result } = encodeResult(value, { limitBytes: 100 })
  await world.backend.jobs.settle({ settlements: [{ kind: 'complete', receipt: lease!.receipt, result }] })
  return world
}

describe('a result that was not kept', () => {
  it('is no result: people are told why, and how it began', async () => {
    const { stdout } = await (await worldWithLostResult('x'.repeat(5000))).run('task view job-1')
    expect(stdout).toMatch(/^ +Result: not kept: result .*5002.* \(PAYLOAD_TOO_LARGE\)$/m)
    expect(stdout).toMatch(/^ +it began with "x{999}$/m)
    const noJson = await (await worldWithLostResult(() => 1)).run('task view job-1')
    expect(noJson.stdout).toMatch(/^ +Result: not kept: .* \(PAYLOAD_INVALID\)$/m)
    expect(noJson.stdout).not.toContain('it began')
  })

  it('is null for programs, and beside it is why', async () => {
    const world = await worldWithLostResult('x'.repeat(5000))
    expect(await world.json('task view job-1')).toMatchObject({
      result: null,
      resultLost: {
        code: 'PAYLOAD_TOO_LARGE',
        message: expect.stringContaining('5002') as string,
        beginning: `"${'x'.repeat(999)}`,
      },
    })
  })

  it('has its stored text shown when nobody can read why', async () => {
    const world = new CommandWorld()
    await world.add()
    const [lease] = await world.claim()
    const result = { json: '"cut', note: '["lost",' }
    await world.backend.jobs.settle({ settlements: [{ kind: 'complete', receipt: lease!.receipt, result }] })
    expect((await world.run('task view job-1')).stdout).toMatch(/^ +Result: "cut$/m)
  })
})

it('shows who waits for whom', async () => {
  const world = new CommandWorld()
  await world.add()
  await world.add({ parents: [{ id: 'job-1', otherwise: 'fail' }] })
  expect((await world.run('task view job-2')).stdout).toMatch(/^ +Waits For: job-1 \(unfinished\)$/m)
  expect((await world.run('task view job-1')).stdout).toMatch(/^ +Waited For By: job-2$/m)
})

describe('a pending job that no live worker takes', () => {
  async function waitsFor(job: Partial<NewJob>, nodes: readonly Partial<NodeRecord>[]): Promise<string | undefined> {
    const world = new CommandWorld()
    await world.add(job)
    for (const [index, given] of nodes.entries()) {
      const base = { id: `node-${index}`, kind: 'worker', host: 'h', pid: 1, startedAt: 0 } as const
      const serving = { queues: ['default'], tasks: ['invoice:send'], running: 0, beatMs: 10_000 }
      await world.backend.control.beat({ node: { ...base, ...serving, ...given }, locks: [] })
    }
    return /^ +Waits For: (.*)$/m.exec((await world.run('task view job-1')).stdout)?.[1]
  }

  it('waits for one that knows its task and serves its queue', async () => {
    expect(await waitsFor({ task: 't:nope' }, [{}])).toBe('a worker that knows task "t:nope"')
    expect(await waitsFor({ queue: 'mail' }, [{}, { tasks: ['x'], queues: ['mail'] }])).toBe(
      'a worker that knows task "invoice:send" and serves queue "mail"',
    )
  })

  it('is not told of while one can take it, nor while there are no workers at all', async () => {
    expect(await waitsFor({}, [{ tasks: ['other'] }, {}])).toBeUndefined()
    expect(await waitsFor({ task: 't:nope' }, [])).toBeUndefined()
    expect(await waitsFor({ task: 't:nope' }, [{ kind: 'scheduler', tasks: [], queues: [] }])).toBeUndefined()
  })
})

it('gives programs the keys of a list, and what the attempts reported', async () => {
  const world = await worldWithReports()
  const listed = (await world.json('task list')) as object[]
  expect(await world.json('task view job-1')).toEqual({
    ...listed[0],
    progress: { done: 3 },
    logs: [
      { at: '2025-01-01T00:00:00.000Z', level: 'info', message: 'sending' },
      { at: '2025-01-01T00:00:00.000Z', level: 'error', message: 'refused' },
    ],
    steps: [{ key: 'render', value: 'ok' }],
    errors: [{ at: '2025-01-01T00:00:00.000Z', error: JSON.parse(error) as unknown }],
    parents: [],
    children: [],
  })
})

it('fails for an unknown id', async () => {
  const { exitCode, stdout, stderr } = await new CommandWorld().run('task view nope')
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: 'rota: no job with the id nope is on record\n',
  })
})
