/**
 * Turns results into the table of docs/performance.md.
 */
import { median, pairedRatio } from './statistics.mjs'
import { plan } from './plan.mjs'
import { judgeTargets } from './targets.mjs'

/** @typedef {import('./rounds.mjs').Figures} Figures */
/** @typedef {{ machine: Record<string, string | number>, rounds: number, quick: boolean, durability: Record<string, string>, results: import('./rounds.mjs').Results }} Report */

const BEGIN = '<!-- bench: begin; written by `npm run bench` -->'
const END = '<!-- bench: end -->'

/** Measured on shared machines, a smaller difference than this is none. */
const TIE_BELOW = 1.3

/**
 * Figures in which the subjects are compared, in the order in which they are shown. `only`: the entries for which it says something.
 * @type {readonly { key: string, label: string, format: (value: number) => string, only?: RegExp }[]}
 */
const COMPARED = [
  { key: 'jobsPerSecond', label: 'jobs/s', format: whole, only: /^(enqueue|process)/ },
  { key: 'cpuMsPerThousand', label: 'CPU ms per 1,000', format: short, only: /^(enqueue-in-flight|process)/ },
  { key: 'peakMemoryMb', label: 'peak memory, MB', format: whole, only: /^process/ },
  { key: 'p50Ms', label: 'p50, ms', format: short },
  { key: 'p95Ms', label: 'p95, ms', format: short },
  { key: 'p99Ms', label: 'p99, ms', format: short },
]

/**
 * @param {Report} report
 * @returns {string}
 */
export function tableOf(report) {
  const { machine, rounds, quick, durability, results } = report
  const parts = [
    `Medians of ${rounds} interleaved round${rounds === 1 ? '' : 's'}${quick ? ' (quick)' : ''}, in brackets the range. Ratios are medians of the ratios within each round; below ${TIE_BELOW} they are a tie.`,
    list({ ...machine }),
    list(Object.fromEntries(Object.entries(durability).map(([name, text]) => [`durability of ${name}`, text]))),
    comparison(results),
    strongestFloor(results),
    alone(results),
    targets(results),
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

/**
 * Puts the table between the marks of a page.
 * @param {string} page
 * @param {string} table
 */
export function replaceTable(page, table) {
  const begin = page.indexOf(BEGIN)
  const end = page.indexOf(END)
  if (begin < 0 || end < begin)
    throw new Error(`docs/performance.md: expected the marks "${BEGIN}" and "${END}", got none`)
  return `${page.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${page.slice(end)}`
}

/** @param {import('./rounds.mjs').Results} results */
function comparison(results) {
  const rows = plan.flatMap(({ name, title }) => {
    const of = results[name]
    if (of?.floor === undefined) return []
    return COMPARED.filter(({ key, only }) => of.rota?.[0]?.[key] !== undefined && (only?.test(name) ?? true)).map(
      ({ key, label, format }) => {
        const cells = [of.rota, of.floor, of.plainjob].map((rounds) => cell(rounds, key, format))
        return row([`${title}: ${label}`, ...cells, ratio(of.rota, of.floor, key), ratio(of.rota, of.plainjob, key)])
      },
    )
  })
  if (rows.length === 0) return ''
  return [
    row(['', 'rota', 'floor', 'plainjob', 'rota / floor', 'rota / plainjob']),
    row(Array(6).fill('---')),
    ...rows,
  ].join('\n')
}

/** @param {import('./rounds.mjs').Results} results */
function strongestFloor(results) {
  const of = results['process-100k']
  if (of?.['floor-500'] === undefined) return ''
  const key = 'jobsPerSecond'
  return `The floor claims 100 jobs at a time. In batches of 500 it processes ${cell(of['floor-500'], key, whole)} jobs/s; rota to that: ${ratio(of.rota, of['floor-500'], key)}.`
}

/**
 * What only rota is asked.
 * @param {import('./rounds.mjs').Results} results
 */
function alone(results) {
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

/** @param {import('./rounds.mjs').Results} results */
function targets(results) {
  const judged = judgeTargets(results)
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
