import { describe, expect, it } from 'vitest'
import { CommandWorld } from '../../test/cli/command-world.js'

/** Sets the window's title, wipes the screen, starts a new line, turns text around, hides, and breaks JSON lines. */
const EVIL = '\u001b]0;owned\u0007\u001b[2J\r\nroot# \u009b31m\u202e\u2066\u200b\u2028\u007f'
/** An id that the command line takes, because it has no control character, and that a terminal would turn around. */
const id = (name: string): string => `${name}\u202e`
const UNSAFE = /(?!\n)\p{Cc}|[\u200b\u2028-\u202e\u2066-\u2069]/u

/** A store in which everything that is text is hostile. No client lets such names in; a store may hold them all the same. */
async function hostileWorld(): Promise<CommandWorld> {
  const world = new CommandWorld()
  const { backend, clock } = world
  const json = JSON.stringify({ [EVIL]: EVIL })
  const job = { queue: `q${EVIL}`, task: `t${EVIL}`, payload: { json: `"${EVIL}"`, note: null }, headers: json }
  const error = JSON.stringify({ name: EVIL, message: EVIL, code: EVIL, stack: `x\n    at ${EVIL}` })
  await world.addFailed(error, { ...job, id: id('failed'), uniqueKey: EVIL })
  await world.addFailed(EVIL, { ...job, id: id('broken') })
  await world.add({ ...job, id: id('running'), uniqueKey: `2${EVIL}` })
  const [lease] = await world.claim([job.task], job.queue)
  const logs = [{ at: clock.now(), level: 'warn', message: EVIL }] as const
  const value = { json: EVIL, note: null }
  await backend.jobs.report({
    reports: [{ receipt: lease!.receipt, progress: value, logs, steps: [{ key: EVIL, value }] }],
  })
  await world.add({ ...job, id: id('waiting'), parents: [{ id: id('running'), otherwise: 'fail' }] })
  await world.add({ ...job, id: id('cancelled') })
  await backend.jobs.cancel({ ids: [id('cancelled')], reason: EVIL })
  await world.add({ ...job, id: EVIL })
  await world.add({ ...job, id: id('pending'), tick: { schedule: EVIL, tick: clock.now(), late: 0, missed: 0 } })
  const node = { id: EVIL, kind: 'worker', host: EVIL, pid: 1, startedAt: 0, queues: [EVIL], tasks: [EVIL] } as const
  await backend.control.beat({ node: { ...node, running: 0, beatMs: 10_000 }, locks: [] })
  await backend.locks.acquire({ locks: [{ name: EVIL, holder: EVIL, ttlMs: 60_000 }] })
  await addSchedule(world)
  return world
}

/** A schedule whose name can be typed; everything else about it is hostile. */
async function addSchedule({ backend, clock }: CommandWorld): Promise<void> {
  const now = clock.now()
  const definition = {
    ...({ expression: EVIL, timeZone: EVIL, dialect: 'auto', dst: null, task: EVIL, queue: EVIL } as const),
    ...({ payload: { json: EVIL, note: null }, priority: 3, deadlineMs: null, maxTries: null, startAt: null } as const),
    ...({ endAt: null, maxRuns: null, missed: 'latest', overlap: 'allow', jitterMs: 0, owner: EVIL } as const),
    pauseOnFailure: true,
  }
  for (const name of ['evil', EVIL]) {
    const put = { name, definition, incarnation: name, anchor: now, nextTickAt: now + 1, paused: false }
    await backend.schedules.put({ schedules: [put] })
  }
  const [record] = await backend.schedules.get({ names: ['evil'] })
  const tick = { tick: now, at: now, outcome: 'fired', reason: null, lateMs: 0, jobId: EVIL, count: 1 } as const
  const { incarnation, version } = record!
  const fire = { name: 'evil', incarnation, version, tick: now, nextTickAt: now + 1, jobs: [], ticks: [tick] }
  await backend.schedules.fire({ fires: [{ ...fire, pauseFor: EVIL }] })
}

/** What a colourful terminal may be sent by us: colours, and the wiping of the line of progress. */
function withoutOwnCodes(text: string): string {
  const codes = ['\r\u001b[2K', ...[1, 2, 22, 31, 32, 33, 36, 39].map((code) => `\u001b[${code}m`)]
  return codes.reduce((rest, code) => rest.replaceAll(code, ''), text)
}

function expectSafe(text: string): void {
  expect(withoutOwnCodes(text)).not.toMatch(UNSAFE)
  expect(text).not.toMatch(/^root#/m)
}

const LINES: readonly (readonly string[])[] = [
  ['task', 'list'],
  ...['blocked', 'pending', 'running', 'failed', 'cancelled'].map((state) => ['task', 'list', '--state', state]),
  ...['failed', 'broken', 'running', 'waiting', 'cancelled', 'pending'].map((name) => ['task', 'view', id(name)]),
  ['task', 'retry', id('failed'), id('unknown')],
  ['task', 'cancel', id('running'), id('unknown')],
  ['task', 'delete', '--force', id('pending'), id('running'), id('unknown')],
  ['task', 'watch', id('failed')],
  ['task', 'purge', '--state', 'failed', '--force'],
  ['queue', 'list'],
  ['task', 'cron', 'list'],
  ['task', 'cron', 'list', '--names'],
  ['task', 'cron', 'view', 'evil'],
  ['task', 'cron', 'history', 'evil'],
  ['task', 'cron', 'pause', 'evil'],
  ['task', 'cron', 'delete', 'evil', '--force'],
  ['info'],
]

describe('hostile text in a store', () => {
  it.each(LINES)('never reaches a terminal: rota %s %s %s', async (...line) => {
    const world = await hostileWorld()
    const { exitCode, stdout, stderr } = await world.run(line, { terminal: 100 })
    expect(exitCode).not.toBe(2)
    expectSafe(stdout)
    expectSafe(stderr)
  })

  it.each(LINES)('is data in JSON that is safe to print: rota %s %s %s', async (...line) => {
    const world = await hostileWorld()
    const { stdout } = await world.run([...line, '--json'])
    expectSafe(stdout)
    expect(() => JSON.parse(stdout) as unknown).not.toThrow()
  })

  it('is shown for what it is', async () => {
    const { stdout } = await (await hostileWorld()).run(['task', 'view', id('failed')])
    const shown =
      '\\u{1b}]0;owned\\u{7}\\u{1b}[2J\\u{d}\\u{a}root# \\u{9b}31m\\u{202e}\\u{2066}\\u{200b}\\u{2028}\\u{7f}'
    expect(stdout).toContain(`Task: t${shown}\n`)
    expect(stdout).toContain(`Queue: q${shown}\n`)
    expect(stdout).toContain(`Error: ${shown}: ${shown} (${shown})\n`)
  })

  it('comes through a watch as lines of our own making', async () => {
    const world = new CommandWorld()
    const running = world.start('task watch')
    await world.opened
    await world.clock.advance(1_000)
    await world.add({ id: EVIL, task: EVIL, queue: EVIL })
    await world.clock.advance(1_000)
    running.interrupt()
    const { stdout } = await running.done
    expectSafe(stdout)
    expect(stdout.split('\n')).toHaveLength(2)
  })
})

describe('hostile text on a command line', () => {
  it.each([
    [[EVIL]],
    [['task', EVIL]],
    [['task', 'list', `--${EVIL}`]],
    [['task', 'list', '--state', EVIL]],
    [['task', 'add', EVIL]],
    [['task', 'add', 't', EVIL]],
    [['task', 'add', 't', `@${EVIL}`]],
    [['task', 'add', 't', '--id', EVIL]],
    [['task', 'add', 't', '--at', EVIL]],
    [['task', 'add', 't', '--delay', EVIL]],
    [['task', 'view', EVIL]],
    [['task', 'view', id('unknown')]],
    [['queue', 'view', EVIL]],
    [['queue', 'pause', EVIL]],
    [['queue', 'add', 'q', '--concurrency', EVIL]],
    [['task', 'cron', EVIL]],
    [['task', 'cron', 'add', EVIL, '@daily', 't']],
    [['task', 'cron', 'add', 'n', EVIL, 't']],
    [['task', 'cron', 'add', 'n', '@daily', 't', '--tz', EVIL]],
    [['task', 'cron', 'add', '--from-json', EVIL]],
    [['task', 'cron', 'next', EVIL]],
    [['task', 'cron', 'next', '@daily', '--tz', EVIL]],
    [['task', 'cron', 'view', EVIL]],
    [['info', '--url', `sqlite:${EVIL}`]],
    [['info', '--url', EVIL]],
    [['info', '--context', EVIL]],
  ])('is refused in one safe line: rota %j', async (line) => {
    const { exitCode, stdout, stderr } = await new CommandWorld().run(line, { realStore: true, env: { HOME: EVIL } })
    expect(exitCode).toBeGreaterThan(0)
    expect(stdout).toBe('')
    expectSafe(stderr)
    expect(stderr).toMatch(/^rota: [^\n]+\n$/)
  })

  it.each([{}, { ROTA_DEBUG: '1' }])('is safe in the message and the stack of any error: %j', async (env) => {
    const world = new CommandWorld()
    world.failOpening(new Error(EVIL, { cause: new Error(EVIL) }))
    const { exitCode, stderr } = await world.run('info', { env: { ...env, ROTA_URL: 'memory:' }, terminal: 100 })
    expect(exitCode).toBe(1)
    expectSafe(stderr)
  })
})
