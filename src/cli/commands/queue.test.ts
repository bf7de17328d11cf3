import { describe, expect, it } from 'vitest'
import { CommandWorld } from '../../../test/cli/command-world.js'

async function worldWithMail(): Promise<CommandWorld> {
  const world = new CommandWorld()
  await world.addFailed('x', { queue: 'mail' })
  await world.add({ queue: 'mail' })
  await world.add({ queue: 'mail', parents: [{ id: 'job-2', otherwise: 'fail' }] })
  await world.clock.advance(90_000)
  return world
}

describe('rota queue list', () => {
  it('shows each queue with its figures', async () => {
    const world = await worldWithMail()
    await world.backend.control.putQueues({ queues: [{ name: 'idle', concurrency: 5, paused: true }] })
    const { exitCode, stdout } = await world.run('queue list')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/│ +2 queues +│/)
    expect(stdout).toMatch(/│ Name │ Paused │ Waiting │ Running │ Completed │ Failed │ Concurrency │ +Lag │/)
    expect(stdout).toMatch(/│ idle │ yes +│ +0 │ +0 │ +0 │ +0 │ +5 │ +0ms │/)
    expect(stdout).toMatch(/│ mail │ no +│ +2 │ +0 │ +0 │ +1 │ +unlimited │ +1m30s │/)
  })

  it('says so when there is none', async () => {
    expect((await new CommandWorld().run('queue list')).stdout).toBe('No queues.\n')
    expect(await new CommandWorld().json('queue list')).toEqual([])
  })

  it('gives programs settings, counts by state and the lag', async () => {
    const world = await worldWithMail()
    expect(await world.json('queue list')).toEqual([
      {
        name: 'mail',
        paused: false,
        concurrency: null,
        completedForMs: null,
        completedMax: null,
        failedForMs: null,
        counts: { blocked: 1, pending: 1, running: 0, completed: 0, failed: 1, cancelled: 0 },
        totals: { blocked: 1, pending: 2, running: 1, completed: 0, failed: 1, cancelled: 0 },
        lagMs: 90_000,
      },
    ])
  })
})

describe('rota queue view', () => {
  it('shows one queue in full', async () => {
    const world = await worldWithMail()
    const { stdout } = await world.run('queue view mail')
    expect(stdout).toMatch(/^Queue mail\n\n/)
    expect(stdout).toMatch(/^ +Concurrency: unlimited$/m)
    expect(stdout).toMatch(/^ +Completed Kept For: 1d \(default\)$/m)
    expect(stdout).toMatch(/^ +failed: 1 now, 1 ever$/m)
    const [listed] = (await world.json('queue list')) as unknown[]
    expect(await world.json('queue view mail')).toEqual(listed)
  })

  it('fails for an unknown queue and names the known ones', async () => {
    const world = await worldWithMail()
    const { exitCode, stderr } = await world.run('queue view mial')
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: 'rota: unknown queue mial; there are: mail\n' })
  })
})

describe('rota queue add', () => {
  it('creates a queue with the settings that are given', async () => {
    const world = new CommandWorld()
    const line = 'queue add mail --concurrency 3 --completed-for 7d --completed-max 10 --failed-for 1h --paused'
    const { exitCode, stdout } = await world.run(line)
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^Queue mail created\n/)
    expect(await world.backend.control.listQueues({})).toEqual([
      {
        name: 'mail',
        paused: true,
        concurrency: 3,
        completedForMs: 604_800_000,
        completedMax: 10,
        failedForMs: 3_600_000,
      },
    ])
  })

  it('changes only what is given of one that exists', async () => {
    const world = new CommandWorld()
    await world.run('queue add mail --concurrency 3 --paused')
    const { stdout } = await world.run('queue add mail --concurrency none')
    expect(stdout).toMatch(/^Queue mail changed\n/)
    expect(stdout).toMatch(/Concurrency: unlimited/)
    expect(await world.json('queue add mail')).toMatchObject({ name: 'mail', paused: true, concurrency: null })
  })
})

describe('rota queue pause and resume', () => {
  it('stop and start a queue that exists', async () => {
    const world = await worldWithMail()
    expect((await world.run('queue pause mail')).stdout).toBe('queue mail: paused\n')
    expect(await world.claim(undefined, 'mail')).toEqual([])
    expect(await world.json('queue resume mail')).toMatchObject([{ name: 'mail', paused: false }])
    expect(await world.claim(undefined, 'mail')).toHaveLength(1)
  })

  it.each(['pause', 'resume'])('refuse to %s a queue that does not exist: it could be a typing error', async (verb) => {
    const world = await worldWithMail()
    const { exitCode, stderr } = await world.run(`queue ${verb} mail mial`)
    expect(exitCode).toBe(1)
    expect(stderr).toContain('unknown queue mial')
    expect(await world.backend.control.listQueues({})).toMatchObject([{ name: 'mail', paused: false }])
  })
})

describe('rota queue purge', () => {
  it('removes what waits, and history only when it is named', async () => {
    const world = await worldWithMail()
    await world.add()
    const { exitCode, stdout } = await world.run('queue purge mail --force')
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'Deleted 2 waiting jobs in queue mail.\n' })
    expect(await world.json('queue view mail')).toMatchObject({ counts: { pending: 0, blocked: 0, failed: 1 } })
    expect(await world.json('queue purge mail --state failed --force')).toEqual({ deleted: 1 })
    expect(await world.json('task list --state pending')).toHaveLength(1)
  })

  it('asks on a terminal', async () => {
    const world = await worldWithMail()
    const { exitCode, stderr } = await world.run('queue purge mail', { terminal: 80, stdin: 'n\n' })
    expect(exitCode).toBe(1)
    expect(stderr).toContain('Delete 2 waiting jobs in queue mail? [y/N]')
  })
})

describe('rota queue delete', () => {
  it('forgets an empty queue and keeps one with jobs', async () => {
    const world = await worldWithMail()
    await world.run('queue add idle')
    const { exitCode, stdout, stderr } = await world.run('queue delete idle mail nope --force')
    expect(exitCode).toBe(1)
    expect(stdout).toBe('queue idle: deleted\n')
    expect(stderr).toBe(
      'rota: queue mail: still has jobs on record; purge them first\nrota: queue nope: no such queue is on record\n',
    )
  })
})
