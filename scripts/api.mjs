/**
 * Writes the API report of every door, `docs/api/<door>.md`: each exported name with its declaration, from the built
 * types, and behind them what they lead to without exporting it, such as a base class: what users can reach is the public
 * surface, and a change of it is a visible diff. Run after a build: `npm run api`; with `--check` it
 * writes nothing and fails where a committed report differs.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { report } from './offences.mjs'

/** @typedef {import('./offences.mjs').Offence} Offence */

/**
 * @typedef {{ subpath: string, types: string, file: string }} Door
 */

const folder = 'docs/api'

/**
 * The doors of package.json: every subpath that has types.
 * @param {string} root
 * @returns {Door[]}
 */
function doorsOf(root) {
  const manifest = /** @type {{ name: string, exports: Record<string, string | { types?: string }> }} */ (
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  )
  return Object.entries(manifest.exports).flatMap(([key, target]) => {
    if (typeof target === 'string' || target.types === undefined) return []
    const subpath = manifest.name + key.slice(1)
    const name = key === '.' ? manifest.name : key.slice(2).replaceAll('/', '-')
    return [{ subpath, types: join(root, target.types), file: `${folder}/${name}.md` }]
  })
}

/**
 * The report of every door, by its file.
 * @param {string} root
 * @returns {Map<string, string>}
 */
export function reports(root) {
  const doors = doorsOf(root)
  // Names are followed, types are not evaluated: the libraries would cost a second and change nothing.
  const options = { module: ts.ModuleKind.NodeNext, noLib: true, types: [] }
  const roots = doors.map(({ types }) => types)
  const program = ts.createProgram(roots, options)
  return new Map(doors.map((door) => [door.file, reportOf(door, program)]))
}

/**
 * @param {Door} door
 * @param {ts.Program} program
 */
function reportOf({ subpath, types }, program) {
  const source = program.getSourceFile(types)
  const checker = program.getTypeChecker()
  const module = source && checker.getSymbolAtLocation(source)
  if (module === undefined)
    throw new Error(`${subpath} has no built types, expected ${types}: run \`npm run build\` first`)
  const symbols = checker.getExportsOfModule(module).sort((a, b) => (a.name < b.name ? -1 : 1))
  const exported = symbols.map((symbol) => targetOf(symbol, checker))
  const sections = symbols.map((symbol, index) => section(symbol.name, exported[index] ?? symbol))
  const reached = reachedFrom(exported, program).map((symbol) => section(symbol.name, symbol))
  if (reached.length > 0) sections.push('# Reached, not exported', ...reached)
  const note = '<!-- Written by scripts/api.mjs: change the code, then `npm run build && npm run api`. -->'
  return [`# ${subpath}`, note, `${symbols.length} exports.`, ...sections].join('\n\n') + '\n'
}

/**
 * @param {ts.Symbol} symbol
 * @param {ts.TypeChecker} checker
 */
function targetOf(symbol, checker) {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
}

/**
 * What the declarations of these symbols name, directly or not, and that is built here and not among them.
 * @param {readonly ts.Symbol[]} exported
 * @param {ts.Program} program
 * @returns {ts.Symbol[]}
 */
function reachedFrom(exported, program) {
  const checker = program.getTypeChecker()
  const ours = new Set(program.getRootFileNames().map((file) => file.slice(0, file.lastIndexOf('/dist/') + 6)))
  const seen = new Set(exported)
  /** @param {ts.Node} node */
  const visit = (node) => {
    const name = ts.isTypeReferenceNode(node)
      ? node.typeName
      : ts.isExpressionWithTypeArguments(node)
        ? node.expression
        : undefined
    const found = name && checker.getSymbolAtLocation(name)
    const target = found && targetOf(found, checker)
    const file = target?.declarations?.[0]?.getSourceFile().fileName ?? ''
    if (target && !(target.flags & ts.SymbolFlags.TypeParameter) && [...ours].some((dist) => file.startsWith(dist)))
      seen.add(target)
    node.forEachChild(visit)
  }
  // A set gives what is added while it is walked.
  for (const symbol of seen) symbol.declarations?.forEach(visit)
  return [...seen].slice(exported.length).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/**
 * @param {string} name
 * @param {ts.Symbol} symbol
 */
function section(name, symbol) {
  const declarations = (symbol.declarations ?? []).map(declarationText)
  if (declarations.length === 0) throw new Error(`export ${name} has no declaration; its import leads nowhere`)
  return [`## ${name}`, '', '```ts', ...declarations, '```'].join('\n')
}

const printer = ts.createPrinter({ removeComments: true })

/**
 * The declaration as built, without comments; of `const a: A, b: B` the whole statement.
 * @param {ts.Declaration} declaration
 */
function declarationText(declaration) {
  const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration
  return printer.printNode(ts.EmitHint.Unspecified, node, declaration.getSourceFile()).replaceAll('    ', '  ')
}

/**
 * Compares the committed reports with what the built types say.
 * @param {string} root
 * @returns {import('./offences.mjs').Findings}
 */
export function checkApi(root) {
  const expected = reports(root)
  /** @type {Offence[]} */
  const offences = []
  for (const [file, text] of expected) {
    const lines = existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8').split('\n') : []
    const wanted = text.split('\n')
    const index = wanted.findIndex((line, at) => line !== lines[at])
    const at = index === -1 && lines.length > wanted.length ? wanted.length : index
    if (at === -1) continue
    const what = 'API report is not what the code says (npm run api writes it)'
    offences.push({ file, line: at + 1, what, expected: quote(wanted[at]), got: quote(lines[at]) })
  }
  for (const name of existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : []) {
    const file = `${folder}/${name}`
    if (!expected.has(file)) offences.push({ file, line: 1, what: 'API report', expected: 'a door', got: 'none' })
  }
  const names = [...expected.values()].reduce((sum, text) => sum + text.split('\n## ').length - 1, 0)
  return { offences, figures: `${expected.size} doors, ${names} names` }
}

/** @param {string | undefined} line */
const quote = (line) => (line === undefined ? 'nothing' : `\`${line}\``)

/** @param {string} root */
function write(root) {
  for (const [file, text] of reports(root)) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), text)
  }
}

if (process.argv[1] === import.meta.filename) {
  const root = process.cwd()
  if (!process.argv.includes('--check')) write(root)
  process.exitCode = report('api', checkApi(root))
}
