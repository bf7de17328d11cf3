import { expect, it } from 'vitest'
import { CommandWorld } from '../../../test/cli/command-world.js'
import type { NodeRecord } from '../../port/control-store.js'
import { newSchedule } from '../../testing/new-schedule.js'

const HOLDER = 'dev1.example.net/01932c7e-5a2b-7c3d-8e4f-0123456789ab'

async function busyWorld(): Promise<CommandWorld> {
  const world = new CommandWorld()
  const now = world.clock.now()
  await world.addFailed('x')
  await world.add({ queue: 'mail' })
  await world.backend.control.putQueues({ queues: [{ name: 'old', paused: true }] })
  const node: NodeRecord = {
    id: 'node-1',
    kind: 'worker',
    host: 'dev1.example.net',
    pid: 42,
    startedAt: now,
    queues: ['default', 'mail'],
    tasks: ['invoice:send'],
    running: 3,
    beatMs: 10_000,
  }
  await world.backend.control.beat({ node, locks: [] })
  await world.backend.locks.acquire({ locks: [{ name: 'task_scheduler', holder: HOLDER, ttlMs: 60_000 }] })
  await world.backend.locks.acquire({ locks: [{ name: 'nightly tidying', holder: 'pid 7', ttlMs: 60_000 }] })
  await world.backend.schedules.put({ schedules: [newSchedule('daily', { anchor: now, nextTickAt: now + 1 })] })
  await world.clock.advance(5_000)
  return world
}

it('shows the store, its jobs, its workers, and who leads', async () => {
  const world = await busyWorld()
  const { exitCode, stdout } = await world.run('info')
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^Store memory:\n\n/)
  for (const line of [
    /^ +Queues: 3 \(paused: old\)$/m,
    /^ +Schedules: 1$/m,
    /^ +Oldest Lag: 5s in queue mail$/m,
    /^Jobs:\n\n +blocked: 0\n +pending: 1\n +running: 0\n +completed: 0\n +failed: 1\n +cancelled: 0$/m,
    /^Workers:\n\n +Worker: node-1 on dev1\.example\.net \(pid 42\), 3 running, seen 5s ago$/m,
    /^ +queues: default, mail$/m,
    /^ +tasks: invoice:send$/m,
    /^Locks:\n\n {2}nightly tidying: held by pid 7 until 01 Jan 25 00:01:00 UTC$/m,
  ]) {
    expect(stdout).toMatch(line)
  }
})

it('shows the elections as asyncjobs does, by the names that people gave', async () => {
  const { stdout } = await (await busyWorld()).run('info')
  const lines = stdout.split('\n')
  const from = lines.indexOf('Leader Elections:')
  expect(lines.slice(from, from + 8)).toEqual([
    'Leader Elections:',
    '',
    '         Entries: 1 @ 90 B',
    '    Memory Based: true',
    '        Replicas: 1',
    '       Elections:',
    '                  task_scheduler: dev1.example.net',
    '',
  ])
})

it('says each thing once', async () => {
  const { stdout } = await (await busyWorld()).run('info')
  const labels = [...stdout.matchAll(/^ +([A-Z][A-Za-z ]+):/gm)].map(([, label]) => label)
  expect(labels).toContain('Schedules')
  expect(labels).toEqual([...new Set(labels)])
})

it('shows an empty store', async () => {
  const { stdout } = await new CommandWorld().run('info')
  expect(stdout).toMatch(/^ +Workers: none$/m)
  expect(stdout).toMatch(/^ +Entries: 0 @ 0 B$/m)
  expect(stdout).toMatch(/^ +Elections: none$/m)
  expect(stdout).not.toContain('Locks:')
  expect(stdout).toMatch(/^ +Oldest Lag: none$/m)
})

it('gives programs documented keys', async () => {
  const world = await busyWorld()
  expect(await world.json('info')).toEqual({
    url: 'memory:',
    backend: 'memory',
    store: expect.objectContaining({ store: 'memory' }) as unknown,
    counts: { blocked: 0, pending: 1, running: 0, completed: 0, failed: 1, cancelled: 0 },
    queues: 3,
    pausedQueues: ['old'],
    schedules: 1,
    workers: [
      {
        id: 'node-1',
        kind: 'worker',
        host: 'dev1.example.net',
        pid: 42,
        startedAt: '2025-01-01T00:00:00.000Z',
        seenAt: '2025-01-01T00:00:00.000Z',
        queues: ['default', 'mail'],
        tasks: ['invoice:send'],
        running: 3,
        beatMs: 10_000,
      },
    ],
    elections: [
      {
        name: 'task_scheduler',
        leader: 'dev1.example.net',
        holder: HOLDER,
        term: 1,
        until: '2025-01-01T00:01:00.000Z',
      },
    ],
    locks: [{ name: 'nightly tidying', holder: 'pid 7', term: 1, until: '2025-01-01T00:01:00.000Z' }],
    lagMs: 5_000,
    lagQueue: 'mail',
  })
})

it('shows no secret of the URL', async () => {
  const { stdout } = await new CommandWorld().run('info --url memory://ann:hunter2@here')
  expect(stdout).toMatch(/^Store memory:\/\/\*\*\*@here\n/)
})
