import { describe, expect, it } from 'vitest'
import { CommandWorld } from '../../../test/cli/command-world.js'

describe('without a state', () => {
  it('shows what runs, what waits and what failed, in a table', async () => {
    const world = new CommandWorld()
    await world.addFailed('{"name":"Error","message":"boom"}')
    await world.add()
    await world.claim()
    await world.add({ queue: 'mail', due: { inMs: 5_000 } })
    const { exitCode, stdout } = await world.run('task list')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/│ +3 jobs +│/)
    expect(stdout).toMatch(/│ ID +│ Task +│ State +│ Queue +│ Failed Tries │ Enqueued +│/)
    const rows = stdout.split('\n').filter((line) => line.includes('job-'))
    expect(rows[0]).toMatch(/job-2 │ invoice:send │ running +│ default │ +0 │ 01 Jan 25 00:00:00 UTC │/)
    expect(rows[1]).toMatch(/job-3 │ invoice:send │ scheduled │ mail/)
    expect(rows[2]).toMatch(/job-1 │ invoice:send │ failed/)
  })

  it('says so when there is none', async () => {
    const said = 'No jobs run, wait or have failed; rota task list --state completed has those that are done.\n'
    expect(await new CommandWorld().run('task list')).toEqual({ exitCode: 0, stdout: said, stderr: '' })
    expect(await new CommandWorld().run('task list --state failed')).toMatchObject({ stdout: 'No jobs.\n' })
    expect(await new CommandWorld().json('task list')).toEqual([])
  })
})

describe('a filter', () => {
  async function ids(world: CommandWorld, line: string): Promise<readonly string[]> {
    return ((await world.json(line)) as { id: string }[]).map(({ id }) => id)
  }

  it('is a state, a queue, or a task', async () => {
    const world = new CommandWorld()
    await world.add()
    await world.add({ queue: 'mail' })
    await world.add({ task: 'other', due: { inMs: 1000 } })
    await world.addFailed('x', { task: 'bad', queue: 'broken' })
    expect(await ids(world, 'task list --state failed')).toEqual(['job-4'])
    expect(await ids(world, 'task list --queue mail')).toEqual(['job-2'])
    expect(await ids(world, 'task list --task other')).toEqual(['job-3'])
    expect(await ids(world, 'task list --state scheduled')).toEqual(['job-3'])
    expect(await ids(world, 'task list --state completed')).toEqual([])
  })
})

describe('a long list', () => {
  it('goes on with the command line that stderr tells, filters and all', async () => {
    const world = new CommandWorld()
    for (let count = 0; count < 5; count++) {
      await world.add()
      await world.add({ queue: 'other' })
    }
    const seen: string[] = []
    let line: string | undefined = 'task list --state pending --queue default --limit 2'
    for (let page = 1; line !== undefined; page++) {
      const { stdout, stderr } = await world.run(`${line} --json`)
      seen.push(...(JSON.parse(stdout) as { id: string }[]).map(({ id }) => id))
      line = /^More: rota (task list --state pending --queue default --limit 2 --after \S+)\n$/.exec(stderr)?.[1]
      expect(line === undefined).toBe(page === 3)
    }
    expect(seen).toEqual(['job-1', 'job-3', 'job-5', 'job-7', 'job-9'])
  })
})

it('gives programs documented keys and ISO instants', async () => {
  const world = new CommandWorld()
  await world.add({
    payload: { json: '{"a":1}', note: null },
    headers: '{"h":"v"}',
    deadline: world.clock.now() + 60_000,
  })
  expect(await world.json('task list')).toEqual([
    {
      id: 'job-1',
      task: 'invoice:send',
      queue: 'default',
      priority: 3,
      state: 'pending',
      shownState: 'pending',
      failure: null,
      cancelReason: null,
      cancelRequested: false,
      payload: { a: 1 },
      headers: { h: 'v' },
      uniqueKey: null,
      tries: 0,
      maxTries: null,
      iterations: 0,
      workerId: null,
      enqueuedAt: '2025-01-01T00:00:00.000Z',
      visibleAt: '2025-01-01T00:00:00.000Z',
      finishedAt: null,
      deadline: '2025-01-01T00:01:00.000Z',
      tick: null,
      result: null,
      resultLost: null,
      error: null,
    },
  ])
})
