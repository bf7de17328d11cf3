import { join } from 'node:path'
import { CronExpressionParser } from 'cron-parser'
import { Cron } from 'croner'
import { parseSchedule } from 'rota/schedule'
import { median } from '../bench/statistics.mjs'
import { runCommand } from './kit/command.mjs'
import { finding } from './kit/proof.mjs'

const root = join(import.meta.dirname, '..')

const TIME_ZONE = 'Europe/Amsterdam'
const EXPRESSIONS = ['*/5 * * * *', '0 0 29 2 *']
const START = new Date('2025-01-01T00:00:00Z')

/** From the work order. */
const PER_SECOND_MIN = 300_000
const PARSE_MS_MAX = 1500
const BYTES_MAX = 3000

/** Long enough for the compiler to have done its work, short enough that the slow ones do not bore. */
const ROUND_MS = 200

/** Calls between two looks at the clock. */
const STRIDE = 20

/** How each asks again and again, from its own last answer on. @type {Record<string, (expression: string) => () => void>} */
const subjects = {
  rota: (expression) => {
    const schedule = parseSchedule(expression, { timeZone: TIME_ZONE })
    return walk((after) => schedule.next(after))
  },
  croner: (expression) => {
    const cron = new Cron(expression, { timezone: TIME_ZONE })
    return walk((after) => cron.nextRun(after))
  },
  'cron-parser': (expression) => {
    const make = () => CronExpressionParser.parse(expression, { currentDate: START, tz: TIME_ZONE })
    let cron = make()
    return () => {
      if (cron.next().getFullYear() > 2090) cron = make()
    }
  },
}

/** Measured in a process of its own, so that nothing else is on its heap. */
const parseMany = `
  import { parseSchedule } from 'rota/schedule'
  const zones = Intl.supportedValuesOf('timeZone')
  const schedules = []
  gc()
  const before = process.memoryUsage().heapUsed
  const startedAt = performance.now()
  for (let index = 0; index < 100_000; index++) {
    const expression = \`\${index % 60} \${index % 24} * * \${index % 7}\`
    const schedule = parseSchedule(expression, { timeZone: zones[index % zones.length] })
    if (schedule.next(${START.getTime()} + index * 1000) === null) throw new Error(expression)
    schedules.push(schedule)
  }
  const ms = performance.now() - startedAt
  gc()
  console.log(JSON.stringify({ ms, bytes: (process.memoryUsage().heapUsed - before) / schedules.length }))
`

/** @type {import('./kit/proof.mjs').Proof} */
export const scheduleSpeed = {
  claims: 'next() answers 300,000 times a second; 100,000 schedules are parsed and computed in 1.5 s, at 3 kB each',
  takes: '20 s, one process at a time, 150 MB; on a quiet machine, since it measures time',
  options: { rounds: { default: 5, says: 'how often everything is measured; the median counts' } },

  async prove({ numbers: { rounds = 5 } }) {
    /** @type {Record<string, string>} */
    const figures = {}
    const findings = []
    for (const expression of EXPRESSIONS) {
      for (const [name, subject] of Object.entries(subjects)) {
        const rates = Array.from({ length: rounds }, () => callsPerSecond(subject(expression)))
        const rate = Math.round(median(rates))
        figures[`${expression} ${name}`] = `${rate.toLocaleString('en-US')}/s`
        if (name === 'rota')
          findings.push(
            finding(
              `${expression}: next() at least 300,000/s`,
              rate >= PER_SECOND_MIN,
              figures[`${expression} ${name}`] ?? '',
            ),
          )
      }
    }
    const many = []
    for (let round = 0; round < rounds; round++) many.push(await measureMany())
    const ms = median(many.map((one) => one.ms))
    const bytes = median(many.map((one) => one.bytes))
    findings.push(
      finding('100,000 schedules are parsed and computed in 1.5 s', ms <= PARSE_MS_MAX, `${ms.toFixed(0)} ms`),
      finding('a schedule takes at most 3 kB', bytes <= BYTES_MAX, `${bytes.toFixed(0)} bytes`),
    )
    return { figures, findings }
  },
}

/** @param {(after: Date) => Date | null} next */
function walk(next) {
  let at = START
  return () => {
    const tick = next(at)
    at = tick === null || tick.getUTCFullYear() > 2090 ? START : tick
  }
}

/** @param {() => void} call */
function callsPerSecond(call) {
  for (let index = 0; index < STRIDE; index++) call()
  const startedAt = performance.now()
  let calls = 0
  let elapsed = 0
  while (elapsed < ROUND_MS) {
    for (let index = 0; index < STRIDE; index++) call()
    calls += STRIDE
    elapsed = performance.now() - startedAt
  }
  return (calls / elapsed) * 1000
}

async function measureMany() {
  const args = ['--expose-gc', '--input-type=module', '-e', parseMany]
  const { code, output } = await runCommand(process.execPath, args, { cwd: root })
  if (code !== 0) throw new Error(`parsing 100,000 schedules: expected exit 0, got ${String(code)}\n${output}`)
  return /** @type {{ ms: number, bytes: number }} */ (JSON.parse(output))
}
