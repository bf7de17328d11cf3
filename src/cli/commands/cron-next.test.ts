import { describe, expect, it } from 'vitest'
import { CommandWorld } from '../../../test/cli/command-world.js'

const next = (...args: readonly string[]): readonly string[] => ['task', 'cron', 'next', ...args]

describe('rota task cron next', () => {
  it('says in words when an expression is due, and lists ten ticks', async () => {
    const world = new CommandWorld()
    const { exitCode, stdout, stderr } = await world.run(next('monthly'))
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    const lines = stdout.trimEnd().split('\n')
    expect(lines[0]).toBe('@monthly: at 00:00 on the 1st of the month, UTC')
    expect(lines[2]).toBe('                Next: 01 Feb 25 00:00:00 UTC')
    expect(lines[11]).toBe('                      01 Nov 25 00:00:00 UTC')
    expect(lines).toHaveLength(12)
    expect(world.openedUrls).toEqual([])
  })

  it('shows the wall clock of the zone beside', async () => {
    const args = next('30 2 * * *', '--tz', 'Europe/Amsterdam', '--from', '2027-03-27T12:00:00Z', '-n', '2')
    const { stdout } = await new CommandWorld().run(args)
    expect(stdout.trimEnd().split('\n').slice(2)).toEqual([
      '                Next: 28 Mar 27 01:00:00 UTC   Sun 28 Mar 27 03:00:00 +02:00',
      '                      29 Mar 27 00:30:00 UTC   Mon 29 Mar 27 02:30:00 +02:00',
    ])
  })

  it('gives programs a list of instants', async () => {
    const args = next('30 2 * * *', '--tz', 'Europe/Amsterdam', '--from', '2027-03-27T12:00:00Z', '-n', '2')
    expect(await new CommandWorld().json(args)).toEqual(['2027-03-28T01:00:00.000Z', '2027-03-29T00:30:00.000Z'])
  })

  it('follows the rule of clock changes and the dialect that are named', async () => {
    const from = ['--from', '2027-03-27T12:00:00Z', '-n', '1'] as const
    const world = new CommandWorld()
    expect(await world.json(next('30 2 * * *', '--tz', 'Europe/Amsterdam', '--dst', 'skip-once', ...from))).toEqual([
      '2027-03-29T00:30:00.000Z',
    ])
    expect(await world.json(next('0 0 12 ? * 1', '--dialect', 'quartz', ...from))).toEqual(['2027-03-28T12:00:00.000Z'])
  })

  it('counts intervals from the anchor, or else from where it starts', async () => {
    const world = new CommandWorld()
    expect(await world.json(next('every 90m', '-n', '1'))).toEqual(['2025-01-01T01:30:00.000Z'])
    const anchored = next(
      'rate(5 minutes)',
      '--anchor',
      '2025-01-01T00:01:00Z',
      '--from',
      '2025-01-01T00:07:00Z',
      '-n',
      '2',
    )
    expect(await world.json(anchored)).toEqual(['2025-01-01T00:11:00.000Z', '2025-01-01T00:16:00.000Z'])
  })

  it('says when there is no more', async () => {
    const world = new CommandWorld()
    const once = await world.run(next('at(2025-06-01T00:00:00)'))
    expect(once.stdout).toMatch(/^ +Next: 01 Jun 25 00:00:00 UTC\n +no more\n$/m)
    const past = await world.run(next('at(2020-01-01T00:00:00)'))
    expect(past).toMatchObject({ exitCode: 0 })
    expect(past.stdout).toMatch(/^ +Next: none after 01 Jan 25 00:00:00 UTC$/m)
    expect(await world.json(next('at(2020-01-01T00:00:00)'))).toEqual([])
  })

  it.each<[readonly string[], RegExp]>([
    [['0 25 * * *'], /schedule "0 25 \* \* \*" is invalid: hour, character 3: expected 0 to 23, got "25"/],
    [['0 0 30 2 *'], /is invalid/],
    [[''], /is invalid/],
    [['nonsense'], /is invalid/],
    [['daily', '--dialect', 'cron'], /schedule "daily" is invalid/],
    [['@daily', '--tz', 'Mars/Olympus'], /time zone/],
    [['@daily', '--dst', 'never'], /expected one of vixie, skip-once, wall, shift-once/],
    [['@daily', '-n', '0'], /from 1 to 10000/],
    [['@daily', '--from', 'now'], /expected an instant with its zone/],
    [[], /missing required argument 'expression'/],
  ])('refuses with its reason, as bad usage: %j', async (args, message) => {
    for (const json of [[], ['--json']]) {
      const { exitCode, stdout, stderr } = await new CommandWorld().run(next(...args, ...json))
      expect(stderr).toMatch(message)
      expect(stderr).toMatch(/^rota: [^\n]+\n$/)
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    }
  })
})
