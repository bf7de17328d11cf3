import { expect, it } from 'vitest'
import { CommandWorld } from '../../../test/cli/command-world.js'

it('adds a job with all that was said about it', async () => {
  const world = new CommandWorld()
  const words = ['--queue', 'mail', '--delay', '10m', '--priority', '1', '--unique', 'in_1', '--tries', '3']
  const more = ['--deadline', '1h', '--id', 'my-job', '-H', 'trace=abc', '--header', 'tenant=7']
  const { exitCode, stdout } = await world.run(['task', 'add', 'invoice:send', '{"invoice":"in_1"}', ...words, ...more])
  expect(exitCode).toBe(0)
  expect(stdout).toBe('Job my-job of task invoice:send added to queue mail\n')
  const [job] = await world.backend.inspector.get({ ids: ['my-job'] })
  const now = world.clock.now()
  expect(job).toMatchObject({
    task: 'invoice:send',
    queue: 'mail',
    priority: 1,
    state: 'pending',
    payload: { json: '{"invoice":"in_1"}', note: null },
    headers: '{"trace":"abc","tenant":"7"}',
    maxTries: 3,
    visibleAt: now + 600_000,
    deadline: now + 600_000 + 3_600_000,
    uniqueKey: 'task/invoice:send/in_1',
  })
})

it('adds a job that says nothing to the queue "default", due now, with the priority in the middle', async () => {
  const world = new CommandWorld()
  const { id } = (await world.json('task add cleanup')) as { id: string }
  const [job] = await world.backend.inspector.get({ ids: [id] })
  expect(job).toMatchObject({ queue: 'default', priority: 3, payload: null, visibleAt: world.clock.now() })
})

it('starts at an instant', async () => {
  const world = new CommandWorld()
  await world.run('task add cleanup --id a --at 2026-01-31T08:00:00Z')
  const [job] = await world.backend.inspector.get({ ids: ['a'] })
  expect(job?.visibleAt).toBe(Date.UTC(2026, 0, 31, 8))
})

it('takes the payload from standard input', async () => {
  const world = new CommandWorld()
  const { exitCode } = await world.run('task add cleanup - --id a', { stdin: '{"from":\n"a pipe"}\n' })
  expect(exitCode).toBe(0)
  const [job] = await world.backend.inspector.get({ ids: ['a'] })
  expect(job?.payload).toEqual({ json: '{"from":"a pipe"}', note: null })
})

it('tells programs the id and whether the job is new', async () => {
  const world = new CommandWorld()
  const first = await world.json('task add cleanup --unique k --queue q')
  expect(first).toEqual({ id: expect.any(String) as string, status: 'inserted', task: 'cleanup', queue: 'q' })
  const second = await world.json('task add cleanup --unique k --queue q')
  expect(second).toEqual({ ...(first as object), status: 'duplicate' })
})

it.each([
  ['--id a', 'it has the same id'],
  ['--unique k', 'it holds the unique key'],
])('adds nothing twice with %s, and that is no failure', async (option, reason) => {
  const world = new CommandWorld()
  await world.run(`task add cleanup ${option}`)
  const { exitCode, stdout } = await world.run(`task add cleanup ${option}`)
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^Nothing added: job \S+ is there already/)
  expect(stdout).toContain(reason)
})

it('refuses a payload that no store could keep before it opens one', async () => {
  const world = new CommandWorld()
  const { exitCode, stderr } = await world.run(['task', 'add', 'cleanup', '-'], { stdin: `"${'x'.repeat(300_000)}"` })
  expect(exitCode).toBe(2)
  expect(stderr).toContain('262144')
  expect(world.openedUrls).toEqual([])
})
