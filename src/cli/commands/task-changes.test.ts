import { describe, expect, it } from 'vitest'
import { CommandWorld } from '../../../test/cli/command-world.js'

async function stateOf(world: CommandWorld, id: string): Promise<string | undefined> {
  const [job] = await world.backend.inspector.get({ ids: [id] })
  return job?.state
}

describe('rota task retry', () => {
  it('makes failed jobs pending again, and leaves those that wait', async () => {
    const world = new CommandWorld()
    await world.addFailed('x')
    await world.add()
    const { exitCode, stdout } = await world.run('task retry job-1 job-2')
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: 'job job-1: pending again\njob job-2: waits already, nothing changed\n',
    })
    expect(await stateOf(world, 'job-1')).toBe('pending')
  })

  it('fails when one of them is unknown or running, and does the others', async () => {
    const world = new CommandWorld()
    await world.addFailed('x')
    await world.add()
    await world.claim()
    const { exitCode, stdout, stderr } = await world.run('task retry nope job-1 job-2')
    expect(exitCode).toBe(1)
    expect(stdout).toBe('job job-1: pending again\n')
    expect(stderr).toBe('rota: job nope: no such job is on record\nrota: job job-2: is running, nothing changed\n')
  })

  it('gives programs an outcome for each id', async () => {
    const world = new CommandWorld()
    await world.addFailed('x')
    expect(await world.json('task retry job-1 nope')).toEqual([
      { id: 'job-1', outcome: 'retried' },
      { id: 'nope', outcome: 'unknown' },
    ])
  })

  it('takes more ids than a store takes in one call', async () => {
    const world = new CommandWorld()
    const ids = Array.from({ length: 1_203 }, (_one, index) => `n${index}`)
    const outcomes = (await world.json(['task', 'retry', ...ids])) as { id: string }[]
    expect(outcomes.map(({ id }) => id)).toEqual(ids)
  })
})

describe('rota task cancel', () => {
  it('calls off a waiting job with a reason, and asks a running one to stop', async () => {
    const world = new CommandWorld()
    await world.add()
    await world.claim()
    await world.add()
    const { exitCode, stdout } = await world.run(['task', 'cancel', 'job-1', 'job-2', '--reason', 'sent twice'])
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: 'job job-1: is running, asked to stop\njob job-2: cancelled\n',
    })
    const [job] = await world.backend.inspector.get({ ids: ['job-2'] })
    expect(job).toMatchObject({ state: 'cancelled', cancelReason: 'sent twice' })
  })

  it('fails for a job that has finished', async () => {
    const world = new CommandWorld()
    await world.addFailed('x')
    const { exitCode, stderr } = await world.run('task cancel job-1')
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: 'rota: job job-1: has finished already\n' })
  })
})

describe('rota task delete', () => {
  it('asks on a terminal and does it on yes', async () => {
    const world = new CommandWorld()
    await world.add()
    const { exitCode, stderr } = await world.run('task delete job-1', { terminal: 80, stdin: 'y\n' })
    expect(stderr).toBe('Delete job job-1? [y/N] ')
    expect(exitCode).toBe(0)
    expect(await stateOf(world, 'job-1')).toBeUndefined()
  })

  it.each(['n\n', '\n', '', 'yesterday\n'])('changes nothing and fails on the answer %j', async (stdin) => {
    const world = new CommandWorld()
    await world.add()
    const { exitCode, stderr } = await world.run('task delete job-1', { terminal: 80, stdin })
    expect(exitCode).toBe(1)
    expect(stderr).toContain('Nothing was changed.')
    expect(await stateOf(world, 'job-1')).toBe('pending')
  })

  it('does it unasked with --force, but not to a running job', async () => {
    const world = new CommandWorld()
    await world.add()
    await world.claim()
    await world.add()
    const { exitCode, stdout, stderr } = await world.run('task delete job-1 job-2 --force')
    expect(exitCode).toBe(1)
    expect(stdout).toBe('job job-2: deleted\n')
    expect(stderr).toBe('rota: job job-1: is running; cancel it first\n')
  })
})

describe('rota task purge', () => {
  it('removes the jobs of one state, of one queue or task, and no others', async () => {
    const world = new CommandWorld()
    await world.addFailed('x', { queue: 'mail' })
    await world.addFailed('x')
    await world.add()
    const { exitCode, stdout } = await world.run('task purge --state failed --queue mail -f')
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'Deleted 1 failed job in queue mail.\n' })
    expect(await stateOf(world, 'job-1')).toBeUndefined()
    expect(await stateOf(world, 'job-2')).toBe('failed')
    expect(await world.json('task purge --state failed -f')).toEqual({ deleted: 1 })
    expect(await stateOf(world, 'job-3')).toBe('pending')
  })

  it('goes through more jobs than one page, with progress on a terminal', async () => {
    const world = new CommandWorld()
    for (let count = 0; count < 1_100; count++) await world.add()
    const { stdout, stderr } = await world.run('task purge --state pending', { terminal: 80, stdin: 'y\n' })
    expect(stderr).toContain('Delete 1,100 pending jobs? [y/N]')
    expect(stderr).toContain('\r\u001b[2K500 of 1,100 deleted')
    expect(stdout).toBe('Deleted 1,100 pending jobs.\n')
    expect(await world.json('task list --state pending')).toEqual([])
  })

  it('says how far it came when it is interrupted', async () => {
    const world = new CommandWorld()
    for (let count = 0; count < 1_100; count++) await world.add()
    const running = world.start('task purge --state pending', { terminal: 80, stdin: 'y\n' })
    await running.saidToUser('500 of 1,100 deleted')
    running.interrupt()
    const { exitCode, stdout, stderr } = await running.done
    expect(exitCode).toBe(130)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/Deleted (500|1,000) pending jobs before it ended\.\n$/)
  })
})
