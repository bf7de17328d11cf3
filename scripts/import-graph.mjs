import { posix } from 'node:path'
import ts from 'typescript'
import { lineOf, walk } from './source-tree.mjs'

/**
 * One import as written. `kind` says when it takes effect: `static` at load, `type` never, `lazy` when `import()` runs.
 * @typedef {{ specifier: string, line: number, kind: 'static' | 'type' | 'lazy' }} Import
 */

/**
 * Finds every import of a file: declarations, re-exports, `import()` and `import('…').Type`.
 * @param {ts.SourceFile} source
 * @returns {Import[]}
 */
export function importsOf(source) {
  /** @type {Import[]} */
  const found = []
  walk(source, (node) => {
    const target = targetOf(node)
    if (target !== null) found.push({ specifier: target.specifier, kind: target.kind, line: lineOf(source, node) })
  })
  return found
}

/**
 * @param {ts.Node} node
 * @returns {Omit<Import, 'line'> | null}
 */
function targetOf(node) {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    const isType = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
    return { specifier: node.moduleSpecifier.text, kind: isType ? 'type' : 'static' }
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined && ts.isStringLiteral(node.moduleSpecifier)) {
    return { specifier: node.moduleSpecifier.text, kind: node.isTypeOnly ? 'type' : 'static' }
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) {
    return { specifier: node.argument.literal.text, kind: 'type' }
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [path] = node.arguments
    return path === undefined ? null : { specifier: literalStart(path), kind: 'lazy' }
  }
  return null
}

/**
 * The text of a literal, or the part of a computed path that is known: `../worker/` of `../worker/${name}.js`.
 * @param {ts.Expression} path
 * @returns {string}
 */
function literalStart(path) {
  if (ts.isStringLiteralLike(path)) return path.text
  if (ts.isTemplateExpression(path)) return path.head.text
  return ts.isBinaryExpression(path) ? literalStart(path.left) : ''
}

/**
 * Turns a relative specifier into the source file it names: `./x.js` in `src/a/b.ts` is `src/a/x.ts`.
 * @param {string} from
 * @param {string} specifier
 */
export function resolveRelative(from, specifier) {
  return posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts')
}

/**
 * Finds the groups of files that import each other in a circle, with Tarjan's strongly connected components.
 * @param {ReadonlyMap<string, readonly string[]>} edges
 * @returns {string[][]} each circle as a walk that starts and ends at the same file
 */
export function cyclesOf(edges) {
  /** @type {Map<string, number>} */
  const low = new Map()
  /** @type {string[]} */
  const stack = []
  const open = new Set()
  /** @type {string[][]} */
  const cycles = []

  /** @param {string} file */
  const visit = (file) => {
    const order = low.size
    let lowest = order
    low.set(file, order)
    stack.push(file)
    open.add(file)
    for (const next of edges.get(file) ?? []) {
      if (!low.has(next)) visit(next)
      if (open.has(next)) lowest = Math.min(lowest, low.get(next) ?? order)
    }
    low.set(file, lowest)
    if (lowest !== order) return
    const group = new Set(stack.splice(stack.indexOf(file)))
    for (const member of group) open.delete(member)
    const circle = shortestCircle(file, group, edges)
    if (circle !== null) cycles.push(circle)
  }

  for (const file of [...edges.keys()].sort()) if (!low.has(file)) visit(file)
  return cycles
}

/**
 * @param {string} start
 * @param {ReadonlySet<string>} group
 * @param {ReadonlyMap<string, readonly string[]>} edges
 * @returns {string[] | null}
 */
function shortestCircle(start, group, edges) {
  /** @type {string[][]} */
  const paths = [[start]]
  const seen = new Set()
  for (const path of paths) {
    for (const next of edges.get(path.at(-1) ?? start) ?? []) {
      if (next === start) return [...path, start]
      if (!group.has(next) || seen.has(next)) continue
      seen.add(next)
      paths.push([...path, next])
    }
  }
  return null
}
