import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkVector } from '../../prove/schedule/check-vectors.mjs'
import type { Parse, Vector } from '../../prove/schedule/check-vectors.mjs'
import { parseSchedule } from '../../src/schedule/dated-schedule.js'
import type { Dialect } from '../../src/schedule/schedule.js'
import type { DstRule } from '../../src/schedule/dst-rule.js'

const text = readFileSync(new URL('../data/schedule-vectors.json', import.meta.url), 'utf8')
const { vectors } = JSON.parse(text) as { vectors: Vector[] }

const parse =
  (dialect?: Dialect): Parse =>
  (expression, options) =>
    parseSchedule(expression, {
      timeZone: options.timeZone,
      anchor: options.anchor,
      dialect: dialect ?? (options.dialect as Dialect),
      ...(options.dst === undefined ? {} : { dst: options.dst as DstRule }),
    })

describe('the vectors', () => {
  it.each(vectors.map((vector) => [vector.id, vector.flavor, vector.expr.slice(0, 60), vector] as const))(
    '%s (%s) %j comes out as it must',
    (_id, _flavor, _expression, vector) => {
      const outcome = checkVector(vector, parse())
      expect(outcome).toMatchObject({ verdict: 'pass' })
    },
  )

  it('are 332, of which 45 depend on the daylight-saving rule', () => {
    expect([vectors.length, vectors.filter(({ by_policy }) => by_policy !== undefined).length]).toEqual([332, 45])
  })

  it.each<DstRule>(['vixie', 'skip-once', 'wall', 'shift-once'])(
    'come out as the column %s says when asked to',
    (rule) => {
      const sensitive = vectors.filter(({ class: kind }) => kind === 'policy')
      expect(
        sensitive.map((vector) => checkVector(vector, parse(), rule)).filter(({ verdict }) => verdict !== 'pass'),
      ).toEqual([])
    },
  )

  it('come out the same when the dialect is told from the form, but for six fields that only Quartz refuses', () => {
    const outcomes = vectors.map((vector) => checkVector(vector, parse('auto')))
    expect(outcomes.filter(({ verdict }) => verdict !== 'pass').map(({ vector }) => vector.expr)).toEqual([
      '0 0 0 * * *',
    ])
  })

  it('come out the same wherever the process is', () => {
    const before = process.env['TZ']
    const offsets = ['UTC', 'America/Sao_Paulo', 'Australia/Lord_Howe'].map((zone) => {
      process.env['TZ'] = zone
      const failed = vectors.map((vector) => checkVector(vector, parse())).filter(({ verdict }) => verdict !== 'pass')
      expect(failed).toEqual([])
      return new Date(0).getTimezoneOffset()
    })
    if (before === undefined) delete process.env['TZ']
    else process.env['TZ'] = before
    expect(offsets).toEqual([0, 180, -600])
  })
})
