/**
 * Turns results into the table of docs/performance.md.
 */
import { median, pairedRatio } from './statistics.mjs'

/** @typedef {import('./rounds.mjs').Figures} Figures */
/** @typedef {import('./rounds.mjs').Results} Results */
/**
 * A store to measure on.
 * @typedef {object} Store
 * @property {string} name
 * @property {readonly import('./plan.mjs').Entry[]} plan
 * @property {(results: import('./rounds.mjs').Results) => import('./judge.mjs').Judged[]} judge
 * @property {readonly import('./plan.mjs').SubjectName[]} columns of the table
 * @property {readonly import('./plan.mjs').SubjectName[]} ratios to whom rota is compared
 * @property {{ entry: string, subject: import('./plan.mjs').SubjectName, says: string }} strongest another setting of the floor
 * @property {readonly [string, string]} marks of the table in docs/performance.md
 * @property {string} resultsFile
 * @property {(folder: string) => Promise<{ facts: Record<string, string>, places: import('./rounds.mjs').Places }>} start
 */
/** @typedef {{ machine: Record<string, string | number>, rounds: number, quick: boolean, durability: Record<string, string>, results: import('./rounds.mjs').Results }} Report */

/** Measured on shared machines, a smaller difference than this is none. */
const TIE_BELOW = 1.3

/**
 * Figures in which the subjects are compared, in the order in which they are shown. `only`: the entries for which it says something.
 * @type {readonly { key: string, label: string, format: (value: number) => string, only?: RegExp }[]}
 */
const COMPARED = [
  { key: 'jobsPerSecond', label: 'jobs/s', format: whole, only: /^(enqueue|process)/ },
  { key: 'cpuMsPerThousand', label: 'CPU ms per 1,000', format: short, only: /^(enqueue-in-flight|process)/ },
  {
    key: 'serverCpuMsPerThousand',
    label: 'CPU ms of the server per 1,000',
    format: short,
    only: /^(enqueue-in-flight|process)/,
  },
  { key: 'peakMemoryMb', label: 'peak memory, MB', format: whole, only: /^process/ },
  { key: 'p50Ms', label: 'p50, ms', format: short },
  { key: 'p95Ms', label: 'p95, ms', format: short },
  { key: 'p99Ms', label: 'p99, ms', format: short },
]

/**
 * @param {Store} store
 * @param {Report} report
 * @returns {string}
 */
export function tableOf(store, report) {
  const { machine, rounds, quick, durability, results } = report
  const parts = [
    `Medians of ${rounds} interleaved round${rounds === 1 ? '' : 's'}${quick ? ' (quick)' : ''}, in brackets the range. Ratios are medians of the ratios within each round; below ${TIE_BELOW} they are a tie.`,
    list({ ...machine }),
    list(Object.fromEntries(Object.entries(durability).map(([name, text]) => [`durability of ${name}`, text]))),
    comparison(store, results),
    strongestFloor(store, results),
    alone(store, results),
    targets(store, results),
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

/**
 * Puts the table between the marks of a page.
 * @param {Store} store
 * @param {string} page
 * @param {string} table
 */
export function replaceTable({ marks: [first, last] }, page, table) {
  const begin = page.indexOf(first)
  const end = page.indexOf(last)
  if (begin < 0 || end < begin)
    throw new Error(`docs/performance.md: expected the marks "${first}" and "${last}", got none`)
  return `${page.slice(0, begin + first.length)}\n\n${table}\n\n${page.slice(end)}`
}

/**
 * @param {Store} store
 * @param {Results} results
 */
function comparison({ plan, columns, ratios }, results) {
  const rows = plan.flatMap(({ name, title }) => {
    const of = results[name]
    if (of?.floor === undefined) return []
    return COMPARED.filter(({ key, only }) => of.rota?.[0]?.[key] !== undefined && (only?.test(name) ?? true)).map(
      ({ key, label, format }) => {
        const cells = columns.map((subject) => cell(of[subject], key, format))
        return row([`${title}: ${label}`, ...cells, ...ratios.map((other) => ratio(of.rota, of[other], key))])
      },
    )
  })
  if (rows.length === 0) return ''
  const head = ['', ...columns, ...ratios.map((other) => `rota / ${other}`)]
  return [row(head), row(head.map(() => '---')), ...rows].join('\n')
}

/**
 * @param {Store} store
 * @param {Results} results
 */
function strongestFloor({ strongest: { entry, subject, says } }, results) {
  const of = results[entry]
  if (of?.[subject] === undefined) return ''
  const key = 'jobsPerSecond'
  return `${says} ${cell(of[subject], key, whole)} jobs/s; rota to that: ${ratio(of.rota, of[subject], key)}.`
}

/**
 * What only rota is asked.
 * @param {Store} store
 * @param {Results} results
 */
function alone({ plan }, results) {
  const rows = plan.flatMap(({ name, title, subjects }) => {
    const of = results[name]
    if (of?.rota === undefined || subjects.length > 1) return []
    return Object.entries(of).flatMap(([who, rounds]) =>
      Object.keys(rounds[0] ?? {}).map((key) =>
        row([`${title}${who === 'rota' ? '' : ` (${who})`}: ${words(key)}`, cell(rounds, key, short)]),
      ),
    )
  })
  return rows.length === 0 ? '' : [row(['rota alone', 'figure']), row(['---', '---']), ...rows].join('\n')
}

/**
 * @param {Store} store
 * @param {Results} results
 */
function targets({ judge }, results) {
  const judged = judge(results)
  if (judged.length === 0) return ''
  const rows = judged.map(({ says, got, reached }) => row([says, got, reached]))
  return [row(['to be reached', 'measured', 'reached']), row(['---', '---', '---']), ...rows].join('\n')
}

/**
 * @param {readonly Figures[] | undefined} rounds
 * @param {string} key
 * @param {(value: number) => string} format
 */
function cell(rounds, key, format) {
  const values = (rounds ?? []).flatMap((figures) => figures[key] ?? [])
  if (values.length === 0) return ''
  const middle = format(median(values))
  return values.length === 1 ? middle : `${middle} (${format(Math.min(...values))} to ${format(Math.max(...values))})`
}

/**
 * @param {readonly Figures[] | undefined} ours
 * @param {readonly Figures[] | undefined} others
 * @param {string} key
 */
function ratio(ours, others, key) {
  const value = pairedRatio(ours, others, key)
  if (value === null) return ''
  return `${short(value)}${value < TIE_BELOW && value > 1 / TIE_BELOW ? ' (tie)' : ''}`
}

/** @param {Record<string, unknown>} facts */
const list = (facts) =>
  Object.entries(facts)
    .map(([label, value]) => `- ${label}: ${String(value)}`)
    .join('\n')

/** @param {readonly string[]} cells */
const row = (cells) => `| ${cells.join(' | ')} |`

/** `lagP99Ms` becomes `lag p99 ms`. @param {string} key */
const words = (key) => (key.includes(' ') ? key : key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`))

/** @param {number} value */
function whole(value) {
  return Math.round(value).toLocaleString('en-US')
}

/** @param {number} value */
function short(value) {
  if (Math.abs(value) >= 100) return whole(value)
  return Number(value.toPrecision(value >= 10 ? 3 : 2)).toString()
}
