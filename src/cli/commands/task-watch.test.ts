import { describe, expect, it } from 'vitest'
import { CommandWorld, type Running } from '../../../test/cli/command-world.js'

/** Lets the run print what it has heard of. */
async function rest(world: CommandWorld): Promise<void> {
  await world.clock.advance(1_000)
}

async function started(world: CommandWorld, line: string): Promise<Running> {
  const running = world.start(line)
  await world.opened
  await rest(world)
  return running
}

describe('rota task watch', () => {
  it('shows changes from now on until Ctrl-C, which is no failure', async () => {
    const world = new CommandWorld()
    await world.add()
    const running = await started(world, 'task watch')
    expect(running.stdout()).toBe('')
    await world.add({ queue: 'mail' })
    await rest(world)
    await world.claim()
    await rest(world)
    running.interrupt()
    const { exitCode, stdout } = await running.done
    expect(exitCode).toBe(0)
    expect(stdout).toBe(
      '[00:00:01] job-2: queue: mail task: invoice:send state: pending\n' +
        '[00:00:02] job-1: queue: default task: invoice:send state: running\n',
    )
  })

  it('gives programs a JSON object on each line, and only what they asked for', async () => {
    const world = new CommandWorld()
    const running = await started(world, 'task watch --queue mail --json')
    await world.add()
    await world.add({ queue: 'mail', task: 'a' })
    await rest(world)
    running.interrupt('SIGTERM')
    const { exitCode, stdout } = await running.done
    expect(exitCode).toBe(0)
    const lines = stdout.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { at: '2025-01-01T00:00:01.000Z', id: 'job-2', queue: 'mail', task: 'a', state: 'pending' },
    ])
  })
})

describe('rota task watch ID', () => {
  it('ends with 0 when the job completes, after its retries', async () => {
    const world = new CommandWorld()
    await world.add()
    await world.add()
    const running = await started(world, 'task watch job-1')
    const [first] = await world.claim()
    const due = { inMs: 0 }
    await world.backend.jobs.settle({ settlements: [{ kind: 'retry', receipt: first!.receipt, due, error: 'x' }] })
    await rest(world)
    const leases = await world.claim()
    const again = leases.find(({ job }) => job.id === 'job-1')!
    await world.backend.jobs.settle({ settlements: [{ kind: 'complete', receipt: again.receipt, result: null }] })
    await rest(world)
    const { exitCode, stdout } = await running.done
    expect(exitCode).toBe(0)
    const states = [...stdout.matchAll(/job-1: .* state: (\w+)/g)].map((match) => match[1])
    expect(states).toEqual(['pending', 'running', 'pending', 'running', 'completed'])
    expect(stdout).not.toContain('job-2')
  })

  it('ends at once with 1 when the job has failed already', async () => {
    const world = new CommandWorld()
    await world.addFailed('x')
    const { exitCode, stdout } = await world.run('task watch job-1')
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/job-1: .* state: failed\n$/)
  })

  it('ends with 1 when the job is deleted', async () => {
    const world = new CommandWorld()
    await world.add()
    const running = await started(world, 'task watch job-1')
    await world.backend.jobs.delete({ ids: ['job-1'] })
    await rest(world)
    const { exitCode, stdout } = await running.done
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/state: deleted\n$/)
  })

  it('ends with 1 when it is interrupted before the job has ended', async () => {
    const world = new CommandWorld()
    await world.add()
    const running = await started(world, 'task watch job-1')
    running.interrupt()
    expect((await running.done).exitCode).toBe(1)
  })

  it('fails for an unknown id', async () => {
    const { exitCode, stderr } = await new CommandWorld().run('task watch nope')
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: 'rota: no job with the id nope is on record\n' })
  })
})
