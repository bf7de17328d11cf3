import { describe, expect, it } from 'vitest'
import { CommandWorld, type Running } from '../../../test/cli/command-world.js'
import { json } from '../../testing/new-job.js'
import { newSchedule } from '../../testing/new-schedule.js'

const MODULE = 'test/cli/task-module.ts'

async function started(world: CommandWorld, line: string): Promise<Running> {
  const running = world.start(line)
  await running.printed(line.includes('scheduler') ? 'Starting leader election' : 'worker started')
  await world.clock.advance(1_000)
  return running
}

async function stopped(world: CommandWorld, running: Running): ReturnType<CommandWorld['run']> {
  running.interrupt('SIGTERM')
  await world.clock.advance(60_000)
  return running.done
}

async function schedule(world: CommandWorld, name: string, task: string): Promise<void> {
  const anchor = world.clock.now()
  const definition = { expression: 'every 10s', task, queue: 'default', payload: json({ n: 4 }) }
  const put = newSchedule(name, { anchor, nextTickAt: anchor + 10_000, definition })
  await world.backend.schedules.put({ schedules: [put] })
}

describe('rota work', () => {
  it('runs the jobs of the tasks that a module exports until SIGTERM, drains, and ends with 0', async () => {
    const world = new CommandWorld()
    const id = await world.add({ task: 'math:double', payload: { json: '{"n":21}', note: null } })
    const running = await started(world, `work ${MODULE} --concurrency 5`)
    const [job] = await world.backend.inspector.get({ ids: [id] })
    expect(job).toMatchObject({ state: 'completed', result: { json: '42' } })
    const { exitCode, stdout } = await stopped(world, running)
    expect(exitCode).toBe(0)
    const lines = stdout.trimEnd().split('\n')
    expect(lines[0]).toMatch(/^WARN\[00:00:00\] this task has no handler here.* task=math:elsewhere$/)
    expect(lines[1]).toMatch(/^INFO\[00:00:00\] worker started worker=\S+ url=memory: tasks=\S*math:double\S*$/)
    expect(lines[2]).toBe('INFO[00:00:01] stopping reason="interrupted by SIGTERM"')
    expect(lines[3]).toMatch(/^INFO\[00:00:01\] worker: drained drained=0 released=0 abandoned=0$/)
    expect(lines[4]).toMatch(/^INFO\[\S+\] stopped$/)
    expect(lines).toHaveLength(5)
  })

  it('logs failures, without secrets and safe for terminals', async () => {
    const world = new CommandWorld()
    await world.add({ task: 'math:fails' })
    const { stdout } = await stopped(world, await started(world, `work ${MODULE}`))
    const failure = stdout.split('\n').find((line) => line.includes('worker: failed'))
    expect(failure).toMatch(
      /^ERROR\[00:00:00\] worker: failed id=job-1 task=math:fails .*cannot reach postgres:\/\/\*\*\*@db/,
    )
    expect(stdout).not.toMatch(/(?!\n)\p{Cc}|hunter2/u)
  })

  it('writes JSON lines with --json', async () => {
    const world = new CommandWorld()
    await world.add({ task: 'math:fails' })
    const { stdout } = await stopped(world, await started(world, `work ${MODULE} --json`))
    const records = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(
      records.every(({ time, level, message }) => [time, level, message].every((one) => typeof one === 'string')),
    ).toBe(true)
    expect(records).toContainEqual(expect.objectContaining({ level: 'error', message: 'worker: failed', id: 'job-1' }))
  })

  it('serves only the queues that are named, and gives back after the grace what does not end', async () => {
    const world = new CommandWorld()
    const slow = await world.add({ task: 'math:waits', queue: 'slow' })
    const other = await world.add({ task: 'math:double', payload: { json: '{"n":1}', note: null } })
    const running = await started(world, `work ${MODULE} --queue slow=1 --grace 5s`)
    const before = await world.backend.inspector.get({ ids: [slow, other] })
    expect(before.map((job) => job?.state)).toEqual(['running', 'pending'])
    const { exitCode, stdout } = await stopped(world, running)
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/queues=slow$/m)
    const [after] = await world.backend.inspector.get({ ids: [slow] })
    expect(after?.state).not.toBe('running')
    expect(after?.tries).toBe(0)
  })

  it('fires schedules too with --with-scheduler', async () => {
    const world = new CommandWorld()
    await schedule(world, 'often', 'math:double')
    const running = await started(world, `work ${MODULE} --with-scheduler`)
    await world.clock.advance(10_000)
    const { stdout } = await stopped(world, running)
    expect(stdout).toMatch(/Registered a new item often on queue default: every 10s\n/)
    expect(stdout).toMatch(/scheduler: fired schedule=often/)
    expect(await world.json('task list --state completed')).toMatchObject([{ task: 'math:double', result: 8 }])
  })

  it.each([
    ['unhandled rejection', 'an unhandled rejection'],
    ['uncaught exception', 'an uncaught exception'],
  ] as const)('names the running jobs at an %s, drains within the grace, and ends with 1', async (kind, reason) => {
    const world = new CommandWorld()
    const id = await world.add({ task: 'math:waits', queue: 'slow' })
    const running = await started(world, `work ${MODULE} --grace 5s`)
    expect(running.fault({ kind, error: new Error('floating') })).toBe(true)
    expect(running.fault({ kind, error: 'again' })).toBe(true)
    await world.clock.advance(60_000)
    const { exitCode, stdout } = await running.done
    const faults = stdout.split('\n').filter((line) => line.includes('nobody caught'))
    expect(faults[0]).toMatch(
      new RegExp(
        `^ERROR\\[00:00:01\\] ${kind}: nobody caught this error error="Error: floating" at="?.*services.test.ts:`,
      ),
    )
    expect(faults[0]).toMatch(/running="math:waits job-1"$/)
    expect(faults[1]).toMatch(/error=again running="math:waits job-1"$/)
    expect(stdout).toContain(`stopping reason="${reason}"`)
    expect(stdout).toMatch(/stopped\n$/)
    expect(exitCode).toBe(1)
    expect(await world.backend.inspector.get({ ids: [id] })).toMatchObject([{ tries: 0 }])
  })

  it.each([
    ['work', 2, /missing required argument 'modules'/],
    [`work ${MODULE} --queue a=b`, 2, /--queue <name\[=count\]>: expected a whole number/],
    [`work ${MODULE} --queue a=1=2`, 2, /expected NAME or NAME=COUNT/],
    [`work ${MODULE} --queue bad/name`, 2, /queue name: expected/],
    [`work ${MODULE} --concurrency 0`, 2, /expected a whole number from 1 to 100000/],
    [`work ${MODULE} --grace long`, 2, /grace must be a duration/],
    ['work test/cli/bad-task.mjs', 1, /task "bad": timeout/],
    ['work missing.js', 1, /cannot load missing\.js: there is no such file/],
  ])('ends at once where it is wrong: rota %s', async (line, code, message) => {
    const { exitCode, stdout, stderr } = await new CommandWorld().run(line)
    expect(stderr).toMatch(message)
    expect(stderr).toMatch(/^rota: [^\n]+\n$/)
    expect(stdout).toBe('')
    expect(exitCode).toBe(code)
  })
})

describe('rota scheduler', () => {
  it('logs the schedules on record and what it fires, until SIGTERM, and ends with 0', async () => {
    const world = new CommandWorld()
    await schedule(world, 'often', 'math:double')
    const running = await started(world, 'scheduler dev1.example.net')
    const [worker] = ((await world.json('info')) as { workers: readonly unknown[] }).workers
    expect(worker).toMatchObject({ id: expect.stringMatching(/^dev1\.example\.net\//) as string, kind: 'scheduler' })
    expect((await world.run('info')).stdout).toMatch(/^ +task_scheduler: dev1\.example\.net$/m)
    await world.clock.advance(20_000)
    const { exitCode, stdout } = await stopped(world, running)
    expect(exitCode).toBe(0)
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/\[\S+\]/, ''))
    expect(lines.slice(0, 4)).toEqual([
      'INFO Starting leader election as dev1.example.net',
      'INFO Registered a new item often on queue default: every 10s',
      'INFO Loaded 1 scheduled task(s)',
      'INFO Became leader, tasks will be scheduled',
    ])
    const fired = /^INFO scheduler: fired schedule=often tick=2025-01-01T00:00:(10|20)\.000Z lateMs=0 job=\S+$/
    expect(lines.filter((line) => fired.test(line))).toHaveLength(2)
    expect(lines.slice(-3)).toEqual([
      'INFO stopping reason="interrupted by SIGTERM"',
      'INFO Gave up leadership',
      'INFO stopped',
    ])
    expect(await world.json('task list --state pending')).toHaveLength(2)
  })

  it('is the same command under task cron', async () => {
    const world = new CommandWorld()
    const { stdout } = await stopped(world, await started(world, 'task cron scheduler one'))
    expect(stdout).toMatch(/^INFO\[\S+\] Starting leader election as one\n/)
  })

  it('logs schedules that are added, changed and removed while it runs', async () => {
    const world = new CommandWorld()
    const running = await started(world, 'scheduler one')
    for (const line of ['add n daily t', 'add n hourly t --update', 'pause n', 'resume n', 'delete n -f']) {
      expect((await world.run(`task cron ${line}`)).exitCode).toBe(0)
      await world.clock.advance(2_000)
    }
    const { stdout } = await stopped(world, running)
    const told = stdout.split('\n').flatMap((line) => / (\w+ (?:a new )?item n\b.*)$/.exec(line)?.[1] ?? [])
    expect(told).toEqual([
      'Registered a new item n on queue default: @daily',
      'Updated item n on queue default: @hourly',
      'Paused item n on queue default: @hourly',
      'Resumed item n on queue default: @hourly',
      'Removed item n',
    ])
  })

  it('warns of schedules whose task no module exports', async () => {
    const world = new CommandWorld()
    await schedule(world, 'known', 'math:elsewhere')
    await schedule(world, 'strange', 'nobody:knows')
    const { stdout } = await stopped(world, await started(world, `scheduler one ${MODULE}`))
    const warnings = stdout.split('\n').filter((line) => line.startsWith('WARN'))
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(/no module exports the task of this schedule schedule=strange task=nobody:knows/)
  })

  it('logs an error that nobody catches, stops, and ends with 1', async () => {
    const world = new CommandWorld()
    const running = await started(world, 'scheduler one')
    running.fault({ kind: 'unhandled rejection', error: new Error('floating') })
    await world.clock.advance(60_000)
    const { exitCode, stdout } = await running.done
    expect(stdout).toMatch(/^ERROR\[.*unhandled rejection: .* error="Error: floating" .*running=none$/m)
    expect(stdout).toMatch(/stopped\n$/)
    expect(exitCode).toBe(1)
  })

  it('needs a name', async () => {
    const { exitCode, stderr } = await new CommandWorld().run('scheduler')
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: "rota: missing required argument 'name'\n" })
  })
})
