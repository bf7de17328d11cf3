import { expect, test } from 'vitest'
import { parseSchedule } from './parse-schedule.js'

test.each([
  ['* * * * *', 'every minute'],
  ['*/5 * * * *', 'every 5 minutes'],
  ['* * * * * *', 'every second'],
  ['*/10 * * * * *', 'every 10 seconds'],
  ['15 * * * * *', 'at second 15 of every minute'],
  ['*/7 * 9 * * *', 'at every 7th second from 0 of every minute from 09:00 to 09:59'],
  ['*/15 0 * * * *', 'every 15 seconds of minute 0'],
  ['15 30 4 * * *', 'at 04:30:15 every day'],
  ['0 * * * *', 'every hour'],
  ['15 * * * *', 'every hour, at minute 15'],
  ['0 */2 * * *', 'every 2 hours'],
  ['23 0-20/2 * * *', 'every hour, at minute 23, in every 2nd hour from 00:00 to 20:59'],
  ['*/15 9-17 * * *', 'every 15 minutes from 09:00 to 17:59'],
  ['5,25 * * * *', 'at minutes 5 and 25 of every hour'],
  ['*/7 * * * *', 'at every 7th minute from 0 of every hour'],
  ['0 0 * * *', 'at 00:00 every day'],
  ['0,20,40 8 * * *', 'at 08:00, 08:20 and 08:40 every day'],
  ['0 9 * * mon-fri', 'at 09:00 on Monday to Friday'],
  ['0 9 * * 6,0', 'at 09:00 on Saturday and Sunday'],
  ['0 0 1,15 * *', 'at 00:00 on the 1st and 15th of the month'],
  ['0 0 1-7 jan,jul *', 'at 00:00 on the 1st to 7th of January and July'],
  ['0 0 22 apr-oct *', 'at 00:00 on the 22nd of each month from April to October'],
  ['0 0 */2 * *', 'at 00:00 on the 1st and every 2nd day from there of the month'],
  ['0 0 * 3 *', 'at 00:00, every day in March'],
  ['0 0 * apr-jun *', 'at 00:00, every day from April to June'],
  ['0 0 * 3 1', 'at 00:00 on Monday in March'],
  ['0 0 13 * 5', 'at 00:00 on the 13th of the month, and on every Friday'],
  ['0 0 */31 * 1,2', 'at 00:00 on the 1st of the month, when it is a Monday or Tuesday'],
  ['0 0 L * *', 'at 00:00 on the last day of the month'],
  ['0 0 LW,15W * *', 'at 00:00 on the last weekday and weekday nearest to the 15th of the month'],
  ['0 0 * * 5L', 'at 00:00 on the last Friday of the month'],
  ['0 0 * 5 sun#2', 'at 00:00 on the second Sunday of May'],
  ['0 0 0 L-3 * ?', 'at 00:00 on the 3rd day before the last of the month'],
  ['0 0 0 L-3W * ?', 'at 00:00 on the weekday nearest to the 3rd day before the last of the month'],
  ['0 0 0 1 1 ? 2030/5', 'at 00:00 on the 1st of January, every 5 years from 2030 to 2199'],
  ['0 0 0 1 1 ? 2030,2032-2034', 'at 00:00 on the 1st of January, in 2030 and from 2032 to 2034'],
  ['at(2027-01-31T08:00:00)', 'once, at 08:00 on 31 January 2027'],
  ['08:30', 'at 08:30 every day'],
  ['monthly(31 08:00)', 'at 08:00 on the 31st (or the last day) of the month'],
])('%s: %s', (expression, words) => {
  expect(parseSchedule(expression).describe()).toBe(`${words}, UTC`)
})

test.each([
  ['0 8 * * *', 'at 08:00 every day, Europe/Amsterdam time'],
  ['08:00+05:30', 'at 08:00 every day, +05:30 time'],
  ['every 90m', 'every 1 hour 30 minutes, counted from 2025-01-01T00:00:00.000Z'],
  ['rate(1 day)', 'every day, counted from 2025-01-01T00:00:00.000Z'],
])('%s says of which clock it speaks: %s', (expression, words) => {
  const options = { timeZone: 'Europe/Amsterdam', anchor: Date.UTC(2025, 0, 1) }
  expect(parseSchedule(expression, options).describe()).toBe(words)
})
