/**
 * Two libraries that read the same expressions, and where they are known to differ from Vixie's cron or from its manual.
 */
import { CronExpressionParser } from 'cron-parser'
import { Cron } from 'croner'

/**
 * @typedef {object} Peer
 * @property {string} rule the name of the daylight-saving rule that comes nearest to its own
 * @property {(text: string, timeZone: string, after: Date) => Date | null} next
 * @property {readonly Deviation[]} deviations
 */

/** Whether the clock of the zone is changed near by, and by half an hour. @typedef {{ isNear: boolean, isHalf: boolean }} Change */

/**
 * @typedef {object} Deviation
 * @property {string} name
 * @property {(fields: readonly string[], change: Change) => boolean} concerns six fields
 */

/** @type {Deviation} */
const steppedStar = {
  name: 'a star with a step in a day field counts as a restriction, so that the other day field is an alternative',
  concerns: ([, , , day = '', , weekday = '']) => (day + weekday).includes('*/') && day !== '*' && weekday !== '*',
}

/** @type {Record<'croner' | 'cron-parser', Peer>} */
export const peers = {
  croner: {
    rule: 'vixie',
    next: (text, timeZone, after) => new Cron(text, { timezone: timeZone }).nextRun(after),
    deviations: [
      steppedStar,
      {
        name: 'a value with a step, as in 5/15, is refused',
        concerns: (fields) => fields.some((field) => /(^|,)\w+\//.test(field)),
      },
      {
        name: 'a range from Sunday to sun is every weekday',
        concerns: (fields) => /(0|sun)-sun/i.test(fields.at(-1) ?? ''),
      },
      {
        name: 'several fixed times on a day whose clock is changed are neither skipped nor repeated as single ones are',
        concerns: (fields, { isNear }) => isNear && /\d[,-]|\d\//.test(fields.slice(0, 3).join(' ')),
      },
    ],
  },
  'cron-parser': {
    rule: 'shift-once',
    next: (text, tz, after) => CronExpressionParser.parse(text, { currentDate: after, tz }).next().toDate(),
    deviations: [
      steppedStar,
      { name: 'W is not known', concerns: (fields) => fields.some((field) => field.endsWith('W')) },
      {
        name: 'a value that comes twice in a list is refused',
        concerns: (fields) => fields.some((field) => field.includes(',') && !isDistinct(field.split(','))),
      },
      {
        name: 'a weekday with a step goes on to 7, which is Sunday',
        concerns: (fields) => /(^|,)\w+\//.test(fields.at(-1) ?? ''),
      },
      {
        name: 'a change by half an hour is taken for one by an hour',
        concerns: (_fields, { isNear, isHalf }) => isNear && isHalf,
      },
    ],
  },
}

/**
 * The names of the deviations that concern an expression.
 * @param {Peer} peer
 * @param {string} text
 * @param {Change} change
 */
export function deviationsOf({ deviations }, text, change) {
  const fields = text.split(' ')
  const six = fields.length === 5 ? ['0', ...fields] : fields
  return deviations.filter(({ concerns }) => concerns(six, change)).map(({ name }) => name)
}

/** @param {readonly string[]} items */
const isDistinct = (items) => items.every((item) => /^\d+$/.test(item)) && new Set(items).size === items.length
