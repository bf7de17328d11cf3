import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CommandWorld } from '../../../test/cli/command-world.js'

const EMAIL = ['EMAIL_MONTHLY_UPDATE', '0 0 1 * *', 'email:monthly', '--queue', 'EMAIL', '--deadline', '12h'] as const

async function emailWorld(): Promise<CommandWorld> {
  const world = new CommandWorld()
  await world.run(['task', 'cron', 'add', ...EMAIL])
  return world
}

const add = (...args: readonly string[]): readonly string[] => ['task', 'cron', 'add', ...args]

describe('rota task cron add', () => {
  it('makes a schedule, and says what it was told', async () => {
    const { exitCode, stdout, stderr } = await new CommandWorld().run(add(...EMAIL))
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toBe(
      [
        'Scheduled Task EMAIL_MONTHLY_UPDATE created at 01 Jan 25 00:00:00 UTC',
        '',
        '             Schedule: 0 0 1 * *',
        '                Queue: EMAIL',
        '            Task Type: email:monthly',
        '              Payload: 0 B',
        '  Scheduling Deadline: 12h0m0s',
        '',
      ].join('\n'),
    )
  })

  it('keeps every option, and shows what is not as it would be anyway', async () => {
    const world = new CommandWorld()
    const { stdout } = await world.run(
      add(
        ...['n', 'yearly', 't', '--payload', '{"a":1}', '--tries', '3', '--priority', '1', '--tz', 'Europe/Amsterdam'],
        ...['--dialect', 'auto', '--dst', 'wall', '--missed', 'all=10,1h', '--overlap', 'queue-one', '--jitter', '90s'],
        ...['--start', '2025-06-01T00:00:00Z', '--end', '2026-06-01T00:00:00Z', '--max-runs', '5'],
        ...['--pause-on-failure', '--disabled', '--description', 'once a year'],
      ),
    )
    const shown = [...stdout.matchAll(/^ +(?:([A-Z][A-Za-z ]+): )?(.+)$/gm)].map(([, label, value]) => [label, value])
    expect(shown).toEqual([
      ['Description', 'once a year'],
      ['Schedule', '@yearly'],
      ['Queue', 'default'],
      ['Task Type', 't'],
      ['Payload', '7 B'],
      [undefined, '{"a":1}'],
      ['Tries', '3'],
      ['Priority', '1'],
      ['Time Zone', 'Europe/Amsterdam'],
      ['Clock Changes', 'wall'],
      ['Missed', 'all, at most 10 and not older than 1h'],
      ['Overlap', 'queue-one'],
      ['Jitter', '1m30s'],
      ['Start', '01 Jun 25 00:00:00 UTC'],
      ['End', '01 Jun 26 00:00:00 UTC'],
      ['Runs At Most', '5'],
      ['Pause On Failure', 'yes'],
      ['Paused', 'yes'],
    ])
    expect(await world.json('task cron view n')).toMatchObject({
      schedule: '@yearly',
      payload: { a: 1 },
      deadline: 0,
      max_tries: 3,
      priority: 1,
      timeZone: 'Europe/Amsterdam',
      dialect: 'auto',
      dst: 'wall',
      missed: { all: { max: 10, withinMs: 3_600_000 } },
      overlap: 'queue-one',
      jitterMs: 90_000,
      startAt: '2025-06-01T00:00:00.000Z',
      endAt: '2026-06-01T00:00:00.000Z',
      maxRuns: 5,
      pauseOnFailure: true,
      paused: true,
      description: 'once a year',
    })
  })

  it('refuses a name that exists unless it is told to update', async () => {
    const world = await emailWorld()
    const again = await world.run(add('EMAIL_MONTHLY_UPDATE', '@daily', 'other'))
    expect(again).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'rota: schedule EMAIL_MONTHLY_UPDATE exists; --update changes it\n',
    })
    expect(await world.json('task cron view EMAIL_MONTHLY_UPDATE')).toMatchObject({
      schedule: '0 0 1 * *',
      revision: 1,
    })
    await world.clock.advance(5_000)
    const updated = await world.run(add('EMAIL_MONTHLY_UPDATE', '@daily', 'other', '--update'))
    expect(updated.stdout).toMatch(/^Scheduled Task EMAIL_MONTHLY_UPDATE updated at 01 Jan 25 00:00:05 UTC\n/)
    expect(await world.json('task cron view EMAIL_MONTHLY_UPDATE')).toMatchObject({ schedule: '@daily', revision: 2 })
    const same = await world.run(add('EMAIL_MONTHLY_UPDATE', '@daily', 'other', '--update'))
    expect(same.stdout).toMatch(/^Scheduled Task EMAIL_MONTHLY_UPDATE unchanged since 01 Jan 25 00:00:05 UTC\n/)
  })

  it('leaves a paused schedule paused when it is updated', async () => {
    const world = new CommandWorld()
    await world.run(add('n', '@daily', 't', '--disabled'))
    await world.run(add('n', '@hourly', 't', '--update'))
    expect(await world.json('task cron view n')).toMatchObject({ schedule: '@hourly', paused: true })
  })

  it('gives programs what view gives, and what was done', async () => {
    const world = new CommandWorld()
    const added = await world.json(add(...EMAIL))
    expect(added).toEqual({
      ...((await world.json('task cron view EMAIL_MONTHLY_UPDATE')) as object),
      status: 'created',
    })
  })

  it('takes the payload from a file and from standard input', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rota-cron-'))
    await writeFile(join(folder, 'payload.json'), '[1]')
    const world = new CommandWorld()
    await world.run(add('file', '@daily', 't', '--payload', `@${join(folder, 'payload.json')}`))
    await world.run(add('input', '@daily', 't', '--payload', '-'), { stdin: '{"b":2}' })
    expect(await world.json('task cron list')).toMatchObject([{ payload: [1] }, { payload: { b: 2 } }])
    await rm(folder, { recursive: true })
  })

  it('makes of what view prints the same schedule in another store', async () => {
    const [one, other] = [await emailWorld(), new CommandWorld()]
    await one.run(
      add('full', '0 8 * * 1', 't', '--tz', 'Asia/Tokyo', '--missed', 'all=3,1h', '--payload', '{"a":1}', '--disabled'),
    )
    for (const name of ['EMAIL_MONTHLY_UPDATE', 'full']) {
      const { stdout } = await one.run(`task cron view ${name} --json`)
      const { exitCode } = await other.run(add('--from-json', '-'), { stdin: stdout })
      expect(exitCode).toBe(0)
    }
    expect(await other.json('task cron list')).toEqual(await one.json('task cron list'))
  })

  it('lets what is typed count more than what a document says', async () => {
    const world = new CommandWorld()
    const stdin = '{"name":"n","schedule":"@daily","task_type":"t","queue":"q","deadline":60000000000}'
    await world.run(add('other', 'weekly', '--from-json', '-', '--deadline', '5m'), { stdin })
    expect(await world.json('task cron list')).toMatchObject([
      { name: 'other', schedule: '@weekly', task_type: 't', queue: 'q', deadline: 300_000_000_000 },
    ])
  })

  it('makes no store for what it refuses', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rota-cron-'))
    const env = { ROTA_URL: `sqlite:${join(folder, 'rota.db')}` }
    for (const args of [
      ['n', '0 25 * * *', 't'],
      ['n', '@daily', 't', '--payload', `"${'x'.repeat(262_144)}"`],
    ]) {
      expect((await new CommandWorld().run(add(...args), { realStore: true, env })).exitCode).toBe(2)
    }
    expect(await readdir(folder)).toEqual([])
    await rm(folder, { recursive: true })
  })

  it.each<[readonly string[], RegExp]>([
    [[], /missing required argument 'name'/],
    [['n'], /missing required argument 'schedule'/],
    [['n', '@daily'], /missing required argument 'task'/],
    [['bad name', '@daily', 't'], /schedule name: expected/],
    [['n', '@daily', 'bad task'], /task name: expected/],
    [['n', '0 25 * * *', 't'], /hour, character 3: expected/],
    [['n', '0 0 30 2 *', 't'], /schedule "0 0 30 2 \*" is invalid/],
    [['n', '@daily', 't', '--tz', 'Mars/Olympus'], /time zone, .*"Mars\/Olympus"/],
    [['n', '@daily', 't', '--payload', '{a}'], /payload: expected JSON text/],
    [['n', '@daily', 't', '--deadline', '29s'], /deadline/],
    [['n', '@daily', 't', '--tries', '0'], /whole number from 1/],
    [['n', '@daily', 't', '--missed', 'all'], /expected latest, skip or all=MAX,WITHIN such as all=10,1h, got "all"/],
    [['n', '@daily', 't', '--missed', 'all=9999,1h'], /missed.all.max: expected a whole number from 1 to 1000/],
    [['n', '@daily', 't', '--overlap', 'never'], /expected one of allow, skip, queue-one, cancel-running/],
    [['n', '@daily', 't', '--dialect', 'klingon'], /expected one of auto, cron, quartz/],
    [['n', 'daily', 't', '--dialect', 'cron'], /schedule "daily" is invalid/],
    [['n', '@daily', 't', '--start', 'tomorrow'], /expected an instant with its zone/],
    [['n', '@daily', 't', '--end', '2020-01-01T00:00:00Z'], /would never fire/],
    [['--from-json', '-', '--payload', '-'], /expected --payload or --from-json on standard input, got both/],
  ])('refuses as bad usage: %j', async (args, message) => {
    const { exitCode, stdout, stderr } = await new CommandWorld().run(add(...args))
    expect(stderr).toMatch(message)
    expect(stderr).toMatch(/^rota: [^\n]+\n$/)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  })
})

describe('rota task cron list', () => {
  it('draws a box with a title', async () => {
    const { exitCode, stdout } = await (await emailWorld()).run('task cron list')
    expect(exitCode).toBe(0)
    expect(stdout).toBe(
      [
        '╭───────────────────────────────────────────────────────────────────────────────────╮',
        '│                                1 Scheduled Task(s)                                │',
        '├──────────────────────┬───────────┬───────┬───────────────┬────────────────────────┤',
        '│ Name                 │ Schedule  │ Queue │ Task Type     │ Created                │',
        '├──────────────────────┼───────────┼───────┼───────────────┼────────────────────────┤',
        '│ EMAIL_MONTHLY_UPDATE │ 0 0 1 * * │ EMAIL │ email:monthly │ 01 Jan 25 00:00:00 UTC │',
        '╰──────────────────────┴───────────┴───────┴───────────────┴────────────────────────╯',
        '',
      ].join('\n'),
    )
  })

  it('cuts no cell, also on a narrow terminal', async () => {
    const { stdout } = await (await emailWorld()).run('task cron list', { terminal: 40 })
    expect(stdout).toContain('EMAIL_MONTHLY_UPDATE')
    expect(stdout).not.toContain('…')
  })

  it('tells of time zones and pauses where there are any', async () => {
    const world = await emailWorld()
    await world.run(add('paused', '@daily', 't', '--tz', 'Asia/Tokyo', '--disabled'))
    const { stdout } = await world.run('task cron list')
    expect(stdout).toMatch(/│ Name +│ Schedule +│ Time Zone +│ Queue +│ Task Type +│ Created +│ Paused │/)
    expect(stdout).toMatch(/│ EMAIL_MONTHLY_UPDATE │.*│ UTC +│.*│ no +│/)
    expect(stdout).toMatch(/│ paused +│.*│ Asia\/Tokyo +│.*│ yes +│/)
  })

  it('prints nothing but names with --names', async () => {
    const world = await emailWorld()
    await world.run(add('another', '@daily', 't'))
    expect((await world.run('task cron list --names')).stdout).toBe('EMAIL_MONTHLY_UPDATE\nanother\n')
    expect(await world.json('task cron list --names')).toEqual(['EMAIL_MONTHLY_UPDATE', 'another'])
    expect(await world.json('task cron list')).toMatchObject([{ name: 'EMAIL_MONTHLY_UPDATE' }, { name: 'another' }])
  })

  it('goes on over pages, and says when there is none', async () => {
    const world = new CommandWorld()
    expect((await world.run('task cron list')).stdout).toBe('No schedules.\n')
    expect((await world.run('task cron list --names')).stdout).toBe('')
    await world.run(add('n0', '@daily', 't'))
    const [record] = await world.backend.schedules.get({ names: ['n0'] })
    const { definition, anchor, nextTickAt } = record!
    const names = Array.from({ length: 1_500 }, (_, index) => `n${index + 1}`)
    const schedules = names.map((name) => ({ name, definition, anchor, nextTickAt, incarnation: name, paused: false }))
    for (let at = 0; at < 1_500; at += 500)
      await world.backend.schedules.put({ schedules: schedules.slice(at, at + 500) })
    expect(await world.json('task cron list --names')).toHaveLength(1_501)
    expect((await world.run('task cron list')).stdout).toContain(' 1,501 Scheduled Task(s) ')
  })
})

describe('rota task cron view', () => {
  it('shows what the schedule was told and how it has gone', async () => {
    const { exitCode, stdout } = await (await emailWorld()).run('task cron view EMAIL_MONTHLY_UPDATE')
    expect(exitCode).toBe(0)
    expect(stdout.split('\n').slice(6)).toEqual([
      '  Scheduling Deadline: 12h0m0s',
      '',
      'Ticks:',
      '',
      '             In Words: at 00:00 on the 1st of the month, UTC',
      '                 Next: 01 Feb 25 00:00:00 UTC',
      '                 Last: none',
      '                Fired: 0',
      '              Skipped: 0',
      '                 Late: 0',
      '             Revision: 1',
      '',
    ])
  })

  it('gives programs the keys of other systems first, in their units', async () => {
    const { stdout } = await (await emailWorld()).run('task cron view EMAIL_MONTHLY_UPDATE --json')
    const document = JSON.parse(stdout) as object
    expect(Object.entries(document).slice(0, 8)).toEqual([
      ['name', 'EMAIL_MONTHLY_UPDATE'],
      ['schedule', '0 0 1 * *'],
      ['queue', 'EMAIL'],
      ['task_type', 'email:monthly'],
      ['payload', null],
      ['deadline', 43_200_000_000_000],
      ['max_tries', 0],
      ['created_at', '2025-01-01T00:00:00.000Z'],
    ])
    expect(stdout).toContain('  "deadline": 43200000000000,\n')
  })

  it('prints a deadline that is larger than any safe integer to its last digit', async () => {
    const world = new CommandWorld()
    await world.run(add('n', '@daily', 't', '--deadline', '3155760000s'))
    const { stdout } = await world.run('task cron view n --json')
    expect(stdout).toContain('  "deadline": 3155760000000000000,\n')
  })

  it('shows the reasons of what was skipped, and the failure that paused it', async () => {
    const world = await emailWorld()
    const [record] = await world.backend.schedules.get({ names: ['EMAIL_MONTHLY_UPDATE'] })
    const { name, incarnation, version } = record!
    const base = { at: world.clock.now(), outcome: 'skipped', lateMs: 0, jobId: null } as const
    const ticks = [
      { ...base, tick: 1_000, reason: 'missed', count: 1_200 },
      { ...base, tick: 2_000, reason: 'overlap', count: 1 },
    ] as const
    const fire = { name, incarnation, version, tick: 2_000, nextTickAt: 3_000, jobs: [], ticks, pauseFor: 'job-9' }
    await world.backend.schedules.fire({ fires: [fire] })
    const { stdout } = await world.run(`task cron view ${name}`)
    expect(stdout).toMatch(/^ +Skipped: 1,201 \(1,200 missed, 1 overlap\)$/m)
    expect(stdout).toMatch(/^ +Paused: yes, since job job-9 failed$/m)
    expect(stdout).toMatch(/^ +Next: none while it is paused$/m)
  })

  it('fails for a name that is not on record', async () => {
    const { exitCode, stdout, stderr } = await new CommandWorld().run('task cron view none')
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'rota: no schedule of the name none is on record\n',
    })
  })
})

describe('rota task cron delete', () => {
  it('asks first, and does what it is told', async () => {
    const world = await emailWorld()
    const line = 'task cron delete EMAIL_MONTHLY_UPDATE'
    const no = await world.run(line, { terminal: 80, stdin: 'n\n' })
    expect(no.exitCode).toBe(1)
    expect(no.stderr).toContain('Delete schedule EMAIL_MONTHLY_UPDATE? [y/N]')
    expect((await world.run(line, { terminal: 80, stdin: 'y\n' })).stdout).toBe(
      'schedule EMAIL_MONTHLY_UPDATE: deleted\n',
    )
    expect(await world.json('task cron list')).toEqual([])
  })

  it('needs -f without a terminal', async () => {
    const world = await emailWorld()
    const unasked = await world.run('task cron delete EMAIL_MONTHLY_UPDATE')
    expect(unasked.exitCode).toBe(2)
    expect(unasked.stderr).toMatch(/without a terminal it needs --force/)
    const forced = await world.run('task cron delete EMAIL_MONTHLY_UPDATE none -f')
    expect(forced).toEqual({
      exitCode: 1,
      stdout: 'schedule EMAIL_MONTHLY_UPDATE: deleted\n',
      stderr: 'rota: schedule none: no such schedule is on record\n',
    })
  })
})

describe('rota task cron pause and resume', () => {
  it('say what became of each schedule', async () => {
    const world = await emailWorld()
    await world.run(add('two', '@daily', 't'))
    expect((await world.run('task cron pause two')).stdout).toBe('schedule two: paused\n')
    expect(await world.run('task cron pause two EMAIL_MONTHLY_UPDATE none')).toEqual({
      exitCode: 1,
      stdout: 'schedule two: is paused already\nschedule EMAIL_MONTHLY_UPDATE: paused\n',
      stderr: 'rota: schedule none: no such schedule is on record\n',
    })
    expect(await world.json('task cron resume two')).toEqual([{ name: 'two', outcome: 'changed' }])
    expect((await world.run('task cron resume two')).stdout).toBe('schedule two: is not paused\n')
  })
})

describe('rota task cron history', () => {
  it('shows what became of ticks, the latest first', async () => {
    const world = await emailWorld()
    expect((await world.run('task cron history EMAIL_MONTHLY_UPDATE')).stdout).toBe('No tick yet.\n')
    const [record] = await world.backend.schedules.get({ names: ['EMAIL_MONTHLY_UPDATE'] })
    const { name, incarnation, version } = record!
    const at = world.clock.now()
    const ticks = [
      { tick: at, at: at + 61_000, outcome: 'skipped', reason: 'missed', lateMs: 61_000, jobId: null, count: 3 },
      { tick: at + 60_000, at: at + 61_000, outcome: 'fired', reason: null, lateMs: 1_000, jobId: 'job-1', count: 1 },
    ] as const
    const fire = { name, incarnation, version, tick: at + 60_000, nextTickAt: null, jobs: [], ticks }
    await world.backend.schedules.fire({ fires: [fire] })
    const { stdout } = await world.run(`task cron history ${name}`)
    expect(stdout).toContain(`Ticks of ${name}`)
    const rows = stdout.split('\n').map((line) =>
      line
        .split('│')
        .map((cell) => cell.trim())
        .slice(1, -1),
    )
    expect(rows).toContainEqual(['Tick', 'Outcome', 'Reason', 'Ticks', 'Late', 'Job'])
    const fired = rows.findIndex(([, outcome]) => outcome === 'fired')
    expect(rows[fired]).toEqual(['01 Jan 25 00:01:00 UTC', 'fired', '', '1', '1s', 'job-1'])
    expect(rows[fired + 1]).toEqual(['01 Jan 25 00:00:00 UTC', 'skipped', 'missed', '3', '', ''])
    expect(await world.json(`task cron history ${name} --limit 1`)).toEqual([
      {
        tick: '2025-01-01T00:01:00.000Z',
        at: '2025-01-01T00:01:01.000Z',
        outcome: 'fired',
        reason: null,
        lateMs: 1_000,
        jobId: 'job-1',
        count: 1,
      },
    ])
    const before = await world.json(`task cron history ${name} --before 2025-01-01T00:01:00Z`)
    expect(before).toMatchObject([{ outcome: 'skipped' }])
  })

  it('fails for a name that is not on record', async () => {
    expect((await new CommandWorld().run('task cron history none')).exitCode).toBe(1)
  })
})

describe('rota task cron run', () => {
  it('makes the job of a schedule now, also of a paused one', async () => {
    const world = new CommandWorld()
    await world.run(add('n', '@daily', 't', '--payload', '{"a":1}', '--queue', 'q', '--disabled'))
    const { exitCode, stdout } = await world.run('task cron run n')
    expect(exitCode).toBe(0)
    const [, id] = /^Job (\S+) of task t added by schedule n\n$/.exec(stdout) ?? []
    expect(await world.json('task list')).toMatchObject([{ id, task: 't', queue: 'q', payload: { a: 1 } }])
    expect((await world.run(`task view ${id}`)).stdout).toMatch(/^ +Schedule: n, by hand at 01 Jan 25 00:00:00 UTC$/m)
    expect(await world.json('task cron history n')).toMatchObject([{ outcome: 'manual', jobId: id }])
    expect((await world.run('task cron history n')).stdout).toMatch(/│ manual +│/)
    expect((await world.run('task cron view n')).stdout).toMatch(/^ +By Hand: 1$/m)
    expect(await world.json('task cron run n')).toEqual({ id: expect.any(String) as string, name: 'n', task: 't' })
  })

  it('fails for a name that is not on record', async () => {
    const { exitCode, stderr } = await new CommandWorld().run('task cron run none')
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: 'rota: there is no schedule "none"; make it first\n' })
  })
})
