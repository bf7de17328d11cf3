import { rename, writeFile } from 'node:fs/promises'
import { type FailureReport, type Rota, task } from 'rota'
import { type MonthFigures, reportPage } from './report-page.js'
import { daysOf, monthAfter } from './weather-data.js'

/** What the walker carries from one month to the next. */
export interface Walk {
  readonly round: string
  readonly month: string
  readonly last: string
  readonly soFar: { readonly months: readonly string[]; readonly rainMm: number; readonly hottestC: number }
}

/** Where the tasks find the rota that runs them, and where the report goes. */
export interface Place {
  readonly rota: () => Rota
  readonly reportFile: string
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

export const temperature = task('weather:temperature', {
  queue: 'figures',
  run({ month }: { month: string }) {
    const days = daysOf(month)
    return { highC: mean(days.map((day) => day.highC)), lowC: mean(days.map((day) => day.lowC)) }
  },
})

export const rain = task('weather:rain', {
  queue: 'figures',
  run({ month }: { month: string }) {
    const days = daysOf(month)
    return {
      totalMm: days.reduce((sum, day) => sum + day.rainMm, 0),
      wetDays: days.filter((day) => day.rainMm > 0).length,
    }
  },
})

/** Fails on the first try of each third month, as an instrument far away does now and then; the retry succeeds. */
export const wind = task('weather:wind', {
  queue: 'figures',
  maxTries: 5,
  backoff: { type: 'fixed', base: '1 second' },
  run({ month }: { month: string }, { job, log }) {
    if (Number(month.slice(5)) % 3 === 0 && job.attempt === 1) {
      log.warn('no answer from the anemometer')
      throw new Error(`the anemometer did not answer for ${month}`)
    }
    return { meanMs: mean(daysOf(month).map((day) => day.windMs)) }
  },
})

/** Told about each card that could not be delivered; the on-failure handler of `postcard`. */
export const sorry = task('weather:sorry', {
  queue: 'mail',
  run({ id, tries, error }: FailureReport, { log }) {
    log.info(`${id} gave up after ${String(tries)} tries: ${error?.message ?? 'no error'}`)
  },
})

/** Always fails: nobody collects the post at this address. */
export const postcard = task('weather:postcard', {
  queue: 'mail',
  maxTries: 2,
  backoff: { type: 'fixed', base: '500ms' },
  onFailure: sorry,
  run({ month }: { month: string }) {
    throw new Error(`the postcard of ${month} came back`)
  },
})

/** The tasks that need the rota they run on: they enqueue, look up and wake other jobs. */
export function walkingTasks({ rota, reportFile }: Place) {
  /** One job for each figure of a month. Their ids make asking again free: it gives the handles of the same jobs. */
  const askForFigures = (round: string, month: string) =>
    rota().enqueue([
      temperature.with({ month }, { id: `${round}:temperature:${month}` }),
      rain.with({ month }, { id: `${round}:rain:${month}` }),
      wind.with({ month }, { id: `${round}:wind:${month}` }),
    ])

  /** Waits for the figures of every month and writes the page. */
  const report = task('weather:report', {
    queue: 'report',
    async run({ round, months }: { round: string; months: readonly string[] }, { progress, signal }) {
      const figures: MonthFigures[] = []
      for (const month of months) {
        const [heat, water, air] = await askForFigures(round, month)
        figures.push({
          month,
          ...(await heat.result({ signal })),
          ...(await water.result({ signal })),
          ...(await air.result({ signal })),
        })
        progress({ done: figures.length, of: months.length })
      }
      await writeFile(`${reportFile}.new`, reportPage(figures))
      await rename(`${reportFile}.new`, reportFile)
      return { reportFile, months: months.length }
    },
  })

  /** Takes one month each time it is woken, and carries what it has seen so far. */
  const walk = task('weather:walk', {
    queue: 'walk',
    async run(walk: Walk, { again, log }) {
      const { round, month, last } = walk
      await askForFigures(round, month)
      if (month.endsWith('-06')) await rota().enqueue(postcard, { month }, { id: `${round}:postcard:${month}` })
      const days = daysOf(month)
      const soFar = {
        months: [...walk.soFar.months, month],
        rainMm: walk.soFar.rainMm + days.reduce((sum, day) => sum + day.rainMm, 0),
        hottestC: Math.max(walk.soFar.hottestC, ...days.map((day) => day.highC)),
      }
      log.info(`${month}: ${soFar.rainMm.toFixed(0)} mm of rain since the start, ${String(soFar.hottestC)} °C at most`)
      const next = monthAfter(month)
      if (month === last || next === null) {
        await rota().enqueue(report, { round, months: soFar.months }, { id: `${round}:report` })
        return soFar
      }
      return again({ params: { ...walk, month: next, soFar }, after: '1 day' })
    },
  })

  /** What the schedule runs: wakes the walker, which waits a day if nobody does. One that has arrived is left alone. */
  const wake = task('weather:wake', {
    queue: 'walk',
    async run({ round }: { round: string }) {
      const walker = await rota().get(`${round}:walk`)
      if (walker?.state === 'scheduled') await rota().retry(walker)
    },
  })

  return { report, walk, wake }
}
