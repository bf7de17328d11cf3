/**
 * Proves the shape of src: imports go down a floor or stay in their room, no file imports itself through others (types
 * counted), and a door only re-exports. Run: `npm run floors`.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { cyclesOf, importsOf, resolveRelative } from './import-graph.mjs'
import { report } from './offences.mjs'
import { isProduct, lineOf, listFiles, parse } from './source-tree.mjs'

/** @typedef {import('./offences.mjs').Offence} Offence */
/** @typedef {import('./import-graph.mjs').Import} Import */

/** Which floor a room stands on (docs/architecture.md, "Rooms"). A room that is not listed has no right to exist. */
export const floors = new Map(
  Object.entries({
    model: 0,
    time: 1,
    schedule: 1,
    async: 1,
    port: 1,
    codec: 1,
    handlers: 1,
    observe: 1,
    lifecycle: 2,
    client: 2,
    worker: 2,
    scheduler: 2,
    tasker: 2,
    'task-files': 2,
    isolation: 2,
    config: 2,
    'backends/memory': 2,
    'backends/sqlite': 2,
    'backends/postgres': 2,
    'backends/nats': 2,
    'backends/aws': 2,
    app: 3,
    stack: 4,
    intake: 4,
    deploy: 4,
    http: 4,
    testing: 5,
    cli: 5,
  }),
)

/** The rooms of the top floor may import each other: nothing stands above them. */
const topFloor = 5

/**
 * @param {string} root
 * @param {readonly string[]} files
 * @returns {import('./offences.mjs').Findings}
 */
export function checkFloors(root, files) {
  const product = files.filter(isProduct)
  /** @type {Offence[]} */
  const offences = []
  /** @type {Map<string, string[]>} */
  const edges = new Map()
  let imports = 0
  for (const file of product) {
    const source = parse(root, file)
    const found = importsOf(source)
    imports += found.length
    edges.set(file, relativeTargets(file, found))
    if (roomOf(file) === null) offences.push(unknownRoom(file))
    for (const one of found) offences.push(...importOffences(file, one, product))
    if (isDoor(file)) offences.push(...doorOffences(file, source))
  }
  const cycles = cyclesOf(edges)
  offences.push(...cycles.map(cycleOffence), ...missingDoors(root, product))
  const rooms = new Set(product.map(roomOf))
  const doors = product.filter(isDoor).length
  const figures = `${product.length} files in ${rooms.size} rooms, ${imports} imports, ${cycles.length} cycles, ${doors} doors`
  return { offences, figures }
}

/**
 * @param {string} file
 * @returns {string | null}
 */
function roomOf(file) {
  const [, first = '', second = ''] = file.split('/')
  const room = first === 'backends' ? `backends/${second}` : first
  return floors.has(room) ? room : null
}

/** @param {string} file */
const isDoor = (file) => file.endsWith('/index.ts')

/**
 * @param {string} file
 * @param {readonly Import[]} found
 */
function relativeTargets(file, found) {
  return found.filter(({ specifier }) => specifier.startsWith('.')).map((one) => resolveRelative(file, one.specifier))
}

/**
 * @param {string} file
 * @returns {Offence}
 */
function unknownRoom(file) {
  const [, first] = file.split('/')
  return { file, line: 1, what: 'file outside the rooms', expected: 'a room of scripts/floors.mjs', got: `"${first}"` }
}

/**
 * @param {string} file
 * @param {Import} found
 * @param {readonly string[]} product
 * @returns {Offence[]}
 */
function importOffences(file, { specifier, line, kind }, product) {
  if (specifier === 'rota' || specifier.startsWith('rota/')) {
    const expected = 'a relative import of the file that declares it'
    return [{ file, line, what: 'import of the package by its own name', expected, got: `"${specifier}"` }]
  }
  if (!specifier.startsWith('.')) return []
  const target = resolveRelative(file, specifier)
  const isComputed = kind === 'lazy' && !target.endsWith('.ts')
  if (!isComputed && !product.includes(target)) {
    return [{ file, line, what: 'import of no product file', expected: 'a file of src that is no test', got: target }]
  }
  if (kind !== 'lazy' && isDoor(target)) {
    const expected = 'the file that declares the name (a door is for users, or for a lazy import())'
    return [{ file, line, what: 'import through a door', expected, got: target }]
  }
  return floorOffence(file, line, target)
}

/**
 * @param {string} file
 * @param {number} line
 * @param {string} target
 * @returns {Offence[]}
 */
function floorOffence(file, line, target) {
  const from = roomOf(file)
  const to = roomOf(target)
  if (from === null || from === to) return []
  const own = floors.get(from) ?? 0
  const other = to === null ? topFloor + 1 : (floors.get(to) ?? 0)
  if (other < own || (own === topFloor && other === topFloor)) return []
  const what = other === own ? 'import of a room on the same floor' : 'import up a floor'
  const expected = `from ${from} (floor ${own}) a room below`
  return [{ file, line, what, expected, got: `${to ?? target} (floor ${to === null ? 'none' : other})` }]
}

/**
 * @param {readonly string[]} cycle
 * @returns {Offence}
 */
function cycleOffence(cycle) {
  return {
    file: cycle[0] ?? '',
    line: 1,
    what: 'import cycle',
    expected: 'none, types included',
    got: cycle.join(' -> '),
  }
}

/**
 * @param {string} file
 * @param {ts.SourceFile} source
 * @returns {Offence[]}
 */
function doorOffences(file, source) {
  const strangers = source.statements.filter((statement) => !isReExport(statement))
  /** @type {Offence[]} */
  const offences = strangers.map((statement) => ({
    file,
    line: lineOf(source, statement),
    what: 'statement in a door',
    expected: 'only `export { … } from` or `export type { … } from`',
    got: `\`${(statement.getText(source).split('\n')[0] ?? '').slice(0, 60)}\``,
  }))
  if (!/\/\*\*[^]*?@module\b[^]*?\*\//.test(source.text)) {
    offences.push({ file, line: 1, what: 'door without a page', expected: 'a comment with @module', got: 'none' })
  }
  return offences
}

/** @param {ts.Statement} statement */
function isReExport(statement) {
  if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier === undefined) return false
  return statement.exportClause !== undefined && ts.isNamedExports(statement.exportClause)
}

/**
 * Every subpath of package.json leads to a door that exists.
 * @param {string} root
 * @param {readonly string[]} product
 * @returns {Offence[]}
 */
function missingDoors(root, product) {
  const file = 'package.json'
  if (!existsSync(join(root, file))) return []
  const lines = readFileSync(join(root, file), 'utf8').split('\n')
  return lines.flatMap((text, index) => {
    const path = /"types": "\.\/dist\/(.+)\.d\.ts"/.exec(text)?.[1]
    if (path === undefined || (product.includes(`src/${path}.ts`) && isDoor(`src/${path}.ts`))) return []
    return [{ file, line: index + 1, what: 'subpath without a door', expected: 'an index.ts', got: `src/${path}.ts` }]
  })
}

if (process.argv[1] === import.meta.filename) {
  const root = process.cwd()
  process.exitCode = report('floors', checkFloors(root, listFiles(root)))
}
