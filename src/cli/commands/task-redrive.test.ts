import { describe, expect, it } from 'vitest'
import { CommandWorld } from '../../../test/cli/command-world.js'

const late = JSON.stringify({ name: 'Error', message: 'order 7 is late', code: 'LATE' })

describe('rota task redrive', () => {
  it('makes failed jobs wait again and tells how many', async () => {
    const world = new CommandWorld()
    await world.addFailed(late)
    await world.addFailed(late)
    expect(await world.run('task redrive')).toEqual({
      exitCode: 0,
      stdout: 'Made 2 failed jobs wait again.\n',
      stderr: '',
    })
    expect(await world.json('task redrive')).toEqual({ found: 0, redriven: 0, held: 0, gone: 0 })
  })

  it('counts only, with --dry-run', async () => {
    const world = new CommandWorld()
    await world.addFailed(late)
    expect((await world.run('task redrive --dry-run')).stdout).toBe('Would make 1 failed job wait again.\n')
    expect(await world.json('task redrive --dry-run')).toMatchObject({ found: 1, redriven: 0 })
  })

  it('takes those of a queue that fit every filter', async () => {
    const world = new CommandWorld()
    await world.addFailed(late)
    await world.addFailed(late, { queue: 'mail' })
    await world.addFailed('x', { queue: 'mail' })
    await world.clock.advance(3_600_000)
    const count = (options: string) => world.json(`task redrive --dry-run ${options}`)
    expect(await count('--queue mail')).toMatchObject({ found: 2 })
    expect(await count('--queue mail --filter code=LATE --filter error=order')).toMatchObject({ found: 1 })
    expect(await count('--filter since=30m')).toMatchObject({ found: 0 })
    expect(await count('--filter until=30m --filter failure=exhausted')).toMatchObject({ found: 3 })
    expect(await count('--filter task=other')).toMatchObject({ found: 0 })
  })

  it('keeps to --rate, shows how far it is on a terminal, and says after Ctrl-C how far it got', async () => {
    const world = new CommandWorld()
    for (let count = 0; count < 3; count++) await world.addFailed(late)
    const running = world.start('task redrive --rate 1', { terminal: 80 })
    await running.saidToUser('1 of 3 done')
    await world.clock.advance(1_000)
    await running.saidToUser('2 of 3 done')
    running.interrupt()
    const { exitCode, stderr } = await running.done
    expect(exitCode).not.toBe(0)
    expect(stderr).toContain('Made 2 failed jobs wait again before it ended; the same command goes on.')
    expect(await world.json('task redrive')).toMatchObject({ found: 1, redriven: 1 })
  })

  it('looks at parked jobs in place of failed ones', async () => {
    const world = new CommandWorld()
    await world.addFailed(late)
    const stamped = { json: '1', note: '["contract","1-abc"]' }
    await world.add({ payload: stamped })
    const [lease] = await world.claim()
    const { receipt } = lease!
    const steps = [{ key: 'rota:parked', value: { json: '"why"', note: null } }]
    await world.backend.jobs.report({ reports: [{ receipt, steps }] })
    await world.backend.jobs.settle({ settlements: [{ kind: 'snooze', receipt, due: { inMs: 60_000 } }] })
    expect((await world.run('task redrive --parked')).stdout).toBe('Made 1 parked job wait again.\n')
    expect((await world.run('task redrive --parked --filter code=X')).exitCode).toBe(2)
  })

  it.each([
    ['--rate 0', 'expected jobs per second, above 0 to 1000000, got "0"'],
    [
      '--filter colour=red',
      'expected KEY=VALUE with one of task, failure, error, code, since, until, got "colour=red"',
    ],
    ['--filter code=', 'got "code="'],
    ['--filter failure=lost', 'expected one of exhausted, terminated, expired, unreachable, got "lost"'],
  ])('refuses %s', async (options, message) => {
    const { exitCode, stderr } = await new CommandWorld().run(`task redrive ${options}`)
    expect(exitCode).toBe(2)
    expect(stderr).toContain(message)
  })
})

describe('rota task dead-letters', () => {
  it('shows what went wrong, the most frequent first', async () => {
    const world = new CommandWorld()
    await world.addFailed('x')
    await world.addFailed(late)
    await world.addFailed(late.replace('7', '12'))
    const { stdout } = await world.run('task dead-letters')
    expect(stdout).toContain('3 failed jobs')
    expect(stdout).toMatch(/2 .*default .*invoice:send .*exhausted .*Error: order 12 is late .*job-3/)
    expect(await world.json('task dead-letters --filter code=LATE')).toMatchObject([
      {
        count: 2,
        queue: 'default',
        error: { name: 'Error', message: 'order 12 is late', code: 'LATE' },
        lastId: 'job-3',
      },
    ])
  })

  it('says that there are none, and that it has not looked at all', async () => {
    const world = new CommandWorld()
    expect((await world.run('task dead-letters')).stdout).toBe('No failed jobs.\n')
    for (let count = 0; count < 501; count++) await world.addFailed(late)
    const { stderr } = await world.run('task dead-letters --limit 10')
    expect(stderr).toBe('There are more failed jobs than the 10 looked at: see --limit.\n')
  })
})
