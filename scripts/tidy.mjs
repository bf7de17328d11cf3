/**
 * Proves the order of the house: budgets for files, honest file names, no silent lint exception, no path of one machine
 * in a committed file, and no clock, timer or randomness read outside src/time. Run: `npm run tidy`.
 */
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import ts from 'typescript'
import { clockReads } from './clock-rule.mjs'
import { report } from './offences.mjs'
import { isCode, isProduct, lineOf, listFiles, parse, walk } from './source-tree.mjs'

/** @typedef {import('./offences.mjs').Offence} Offence */

/** Lines. The source of the figures is style.md's survey: the code bases that are pleasant to read keep to them. */
const budgets = { product: 300, any: 500, medianBelow: 130, functionLength: 70 }

/** Names that say nothing: whatever needs a home finds one there. */
const emptyNames = new Set(['util', 'utils', 'common', 'helper', 'helpers', 'misc', 'types'])

const fileName = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*\.[a-z]+$/

/** Put together here, so that this file does not hold one itself. */
const machinePath = new RegExp(`(?<![\\w.:/~-])/(${['work', 'root', 'home', 'Users'].join('|')})/\\w`)

/**
 * @param {string} root
 * @param {readonly string[]} files
 * @returns {import('./offences.mjs').Findings}
 */
export function checkTidy(root, files) {
  const texts = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]))
  const code = files.filter(isCode)
  const product = code.filter(isProduct)
  const lengths = product.map((file) => lineCount(texts.get(file) ?? '')).sort((a, b) => a - b)
  const median = lengths[Math.floor(lengths.length / 2)] ?? 0

  /** @type {Offence[]} */
  const offences = [...files].flatMap((file) => machinePathOffences(file, texts.get(file) ?? ''))
  for (const file of code) {
    const text = texts.get(file) ?? ''
    offences.push(...nameOffences(file), ...budgetOffences(file, lineCount(text)), ...exceptionOffences(file, text))
  }
  if (median >= budgets.medianBelow) {
    const expected = `below ${budgets.medianBelow} lines`
    offences.push({ file: 'src', line: 1, what: 'median length of a file', expected, got: String(median) })
  }
  const timeless = product.filter((file) => !file.startsWith('src/time/'))
  for (const file of timeless) offences.push(...clockOffences(root, file))

  const remarks = product.flatMap((file) => longFunctions(root, file))
  const longest = lengths.at(-1) ?? 0
  const lines = lengths.reduce((sum, length) => sum + length, 0)
  const figures =
    `${files.length} files, ${product.length} of them product (${lines} lines, median ${median}, longest ${longest}), ` +
    `${remarks.length} functions over ${budgets.functionLength} lines, ${timeless.length} files without a clock`
  return { offences, remarks, figures }
}

/** @param {string} text */
const lineCount = (text) => text.split('\n').length - (text.endsWith('\n') ? 1 : 0)

/**
 * @param {string} file
 * @param {string} text
 * @returns {Offence[]}
 */
function machinePathOffences(file, text) {
  if (text.includes('\0')) return []
  return text.split('\n').flatMap((line, index) => {
    const got = machinePath.exec(line)?.[0]
    if (got === undefined) return []
    return [{ file, line: index + 1, what: 'path of one machine', expected: 'a relative path', got: `"${got}…"` }]
  })
}

/**
 * @param {string} file
 * @returns {Offence[]}
 */
function nameOffences(file) {
  const parts = file.split('/')
  const empty = parts.map((part) => part.split('.')[0] ?? '').find((part) => emptyNames.has(part))
  if (empty !== undefined) {
    return [
      { file, line: 1, what: 'name that says nothing', expected: 'a file named after its main export', got: empty },
    ]
  }
  const name = basename(file)
  return fileName.test(name) ? [] : [{ file, line: 1, what: 'file name', expected: 'kebab-case', got: name }]
}

/**
 * @param {string} file
 * @param {number} length
 * @returns {Offence[]}
 */
function budgetOffences(file, length) {
  const limit = isProduct(file) ? budgets.product : budgets.any
  if (length <= limit) return []
  return [
    { file, line: limit + 1, what: 'length of the file', expected: `at most ${limit} lines`, got: String(length) },
  ]
}

/**
 * A lint exception says why on its own line; a type exception that could hide anything does not exist.
 * @param {string} file
 * @param {string} text
 * @returns {Offence[]}
 */
function exceptionOffences(file, text) {
  return text.split('\n').flatMap((line, index) => {
    const got = /(?:\/\/|\/\*)\s*(eslint-disable[\w-]*)(?!.*? -- \w)/.exec(line)?.[1]
    if (got !== undefined) {
      return [{ file, line: index + 1, what: 'silent lint exception', expected: '` -- reason` on the line', got }]
    }
    const ignored = /^\s*(?:\/\/|\/\*)\s*(@ts-(?:ignore|nocheck))/.exec(line)?.[1]
    if (ignored === undefined) return []
    return [{ file, line: index + 1, what: 'type exception', expected: '@ts-expect-error', got: ignored }]
  })
}

/**
 * @param {string} root
 * @param {string} file
 * @returns {Offence[]}
 */
function clockOffences(root, file) {
  const what = 'clock, timer or randomness outside src/time'
  const expected = 'a Clock or a generator passed in'
  return clockReads(parse(root, file)).map(({ line, got }) => ({ file, line, what, expected, got }))
}

/**
 * @param {string} root
 * @param {string} file
 * @returns {Offence[]}
 */
function longFunctions(root, file) {
  const source = parse(root, file)
  /** @type {Offence[]} */
  const found = []
  walk(source, (node) => {
    if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) return
    const line = lineOf(source, node)
    const length = source.getLineAndCharacterOfPosition(node.getEnd()).line + 2 - line
    if (length <= budgets.functionLength) return
    const expected = `at most ${budgets.functionLength} lines`
    found.push({ file, line, what: 'length of the function', expected, got: String(length) })
  })
  return found
}

if (process.argv[1] === import.meta.filename) {
  const root = process.cwd()
  process.exitCode = report('tidy', checkTidy(root, listFiles(root)))
}
