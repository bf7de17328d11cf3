/**
 * Four years of Seattle's weather through rota, on a file of its own or on the store that ROTA_URL names. `--once` takes one year,
 * prints what it did, and ends.
 */
import { mkdirSync, rmSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { createRota, type Rota } from 'rota'
import { LiveView } from './live-view.js'
import { postcard, rain, sorry, temperature, walkingTasks, type Walk, wind } from './tasks.js'
import { monthNames } from './weather-data.js'

const once = process.argv.includes('--once')
const folder = resolve('.rota')
const file = resolve(folder, once ? 'weather-once.db' : 'weather.db')
const given = process.env['ROTA_URL']
const reportFile = resolve(folder, 'weather.html')
mkdirSync(folder, { recursive: true })
if (once && given === undefined)
  for (const suffix of ['', '-wal', '-shm', '-wake']) rmSync(`${file}${suffix}`, { force: true })

const place = { rota: (): Rota => rota, reportFile }
const walking = walkingTasks(place)
const rota = createRota({
  url: given ?? `sqlite:${file}`,
  tasks: [temperature, rain, wind, postcard, sorry, walking.walk, walking.wake, walking.report],
})

const months = once ? monthNames().slice(0, 12) : monthNames()
const round = await currentRound()
const walk = await startRound(round)
await rota.schedule('weather-clock', once ? 'every 1s' : 'every 2s', walking.wake, { round })

const ended = new AbortController()
const view = new LiveView(rota, { round, of: months.length, live: !once && process.stdout.isTTY })
const watching = view.watch(ended.signal)
const finished = awaitReport()
await rota.run({ signal: ended.signal })
ended.abort()
await Promise.all([watching, finished])
// A URL may hold a password; the command finds it where it was found here.
const look = given === undefined ? `npx rota info --url sqlite:${relative('', file)}` : 'npx rota info'
await view.summary(look, relative('', reportFile))
await rota.close()

/** Each pass over the data is a round; a start carries on with the round that is not over. */
async function currentRound(): Promise<string> {
  for (let number = 1; ; number++) {
    const name = `round-${String(number)}`
    const report = await rota.get(`${name}:report`)
    if (report?.state !== 'completed') return name
  }
}

/** The walker waits a day, or until the schedule wakes it. A round that was started before goes on: the id is the same. */
async function startRound(name: string) {
  const [month] = months
  const last = months.at(-1)
  if (month === undefined || last === undefined) throw new Error('no weather on record')
  const start: Walk = { round: name, month, last, soFar: { months: [], rainMm: 0, hottestC: -273 } }
  return rota.enqueue(walking.walk, start, { id: `${name}:walk`, delay: '1 day' })
}

async function awaitReport(): Promise<void> {
  const { signal } = ended
  try {
    await walk.result({ signal })
    await rota.result(`${round}:report`, { signal })
    view.say(`The report is written: ${reportFile}`)
    if (once) ended.abort()
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
