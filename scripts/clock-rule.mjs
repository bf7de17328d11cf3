/**
 * Finds the places where a file reads a clock, sets a timer or draws randomness by itself. Only src/time may; everybody
 * else takes a Clock or a generator. The rule knows names, not types: a global counts unless the file declares the name.
 */
import ts from 'typescript'
import { lineOf, walk } from './source-tree.mjs'

/** Globals that are a clock, a timer or a queue of their own: every use counts. */
const forbiddenGlobals = new Set(['performance', 'queueMicrotask', 'setImmediate', 'setInterval', 'setTimeout'])

const anyMember = /^/
const randomNames = /^(random.*|getRandomValues|pseudoRandomBytes|generatePrime.*)$/
const timerMembers = /^(hrtime|uptime|nextTick)$/

/** Globals with some members that count. */
const forbiddenMembers = new Map([
  ['Math', /^random$/],
  ['crypto', randomNames],
  ['process', timerMembers],
  ['AbortSignal', /^timeout$/],
  ['Temporal', /^Now$/],
  ['Date', /^now$/],
])

/** Of those, the ones whose members are out of sight once they are handed on, as in `const { now } = Date`. */
const countsWhole = new Set(['Math', 'crypto', 'Temporal', 'Date'])

/** Ways into the global scope: `globalThis.setTimeout` is `setTimeout`. */
const globalObjects = new Set(['globalThis', 'global'])

/** The members of a module that count. */
const forbiddenModules = new Map([
  ['timers', anyMember],
  ['timers/promises', anyMember],
  ['perf_hooks', anyMember],
  ['crypto', randomNames],
  ['process', timerMembers],
  // The functions read Date.now() and crypto; a V7Generator takes both from its caller.
  ['uuidv7', /^uuid/],
])

/**
 * @typedef {{ line: number, got: string }} Finding
 */

/**
 * @param {ts.SourceFile} source
 * @returns {Finding[]}
 */
export function clockReads(source) {
  const { declared, modules, symbols } = namesOf(source)
  /** @type {Finding[]} */
  const found = []
  walk(source, (node) => {
    const got = importRead(node) ?? valueRead(node, declared, modules, symbols)
    if (got !== null) found.push({ line: lineOf(source, node), got })
  })
  return found
}

/**
 * The names a file declares itself, and those among them that stand for a whole module or for a symbol.
 * @param {ts.SourceFile} source
 */
function namesOf(source) {
  /** @type {Set<string>} */
  const declared = new Set()
  /** @type {Map<string, RegExp>} */
  const modules = new Map()
  /** @type {Set<string>} */
  const symbols = new Set()
  walk(source, (node) => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && isSymbol(node)) symbols.add(node.name.text)
    if (isDeclaration(node) && node.name !== undefined && ts.isIdentifier(node.name)) declared.add(node.name.text)
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const members = forbiddenModules.get(moduleName(node.moduleSpecifier.text))
      const clause = node.importClause
      const whole = clause?.namedBindings !== undefined && ts.isNamespaceImport(clause.namedBindings)
      for (const name of [clause?.name, whole ? clause.namedBindings.name : undefined]) {
        if (name !== undefined && members !== undefined) modules.set(name.text, members)
      }
    }
  })
  return { declared, modules, symbols }
}

/**
 * Whether a name is declared as a constant of a symbol: `const KEY = Symbol.for('…')`.
 * @param {ts.VariableDeclaration} node
 */
function isSymbol({ initializer, parent }) {
  if ((parent.flags & ts.NodeFlags.Const) === 0 || initializer === undefined) return false
  return ts.isCallExpression(initializer) && /^Symbol(\.for)?$/.test(initializer.expression.getText())
}

/**
 * @param {ts.Node} node
 * @returns {node is ts.VariableDeclaration | ts.ParameterDeclaration | ts.BindingElement | ts.FunctionDeclaration | ts.ClassDeclaration | ts.ImportClause | ts.NamespaceImport | ts.ImportSpecifier}
 */
function isDeclaration(node) {
  if (ts.isImportClause(node) || ts.isNamespaceImport(node) || ts.isImportSpecifier(node)) return true
  if (ts.isParameter(node)) return 'body' in node.parent
  if (ts.isVariableDeclaration(node) || ts.isBindingElement(node)) return true
  return ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)
}

/** @param {string} specifier */
const moduleName = (specifier) => specifier.replace(/^node:/, '')

/**
 * @param {ts.Node} node
 * @returns {string | null}
 */
function importRead(node) {
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [path] = node.arguments
    const text = path !== undefined && ts.isStringLiteralLike(path) ? path.text : ''
    return forbiddenModules.get(moduleName(text)) === anyMember ? `import('${text}')` : null
  }
  if (!ts.isImportDeclaration(node) && !ts.isExportDeclaration(node)) return null
  if (node.moduleSpecifier === undefined || !ts.isStringLiteral(node.moduleSpecifier)) return null
  const text = node.moduleSpecifier.text
  const members = forbiddenModules.get(moduleName(text))
  if (members === undefined || isTypeOnly(node)) return null
  if (members === anyMember) return `import of "${text}"`
  const bindings = ts.isImportDeclaration(node) ? node.importClause?.namedBindings : node.exportClause
  if (bindings === undefined || ts.isNamespaceImport(bindings) || ts.isNamespaceExport(bindings)) return null
  const elements = [...bindings.elements].filter((element) => !element.isTypeOnly)
  const name = elements.map((element) => (element.propertyName ?? element.name).text).find((one) => members.test(one))
  return name === undefined ? null : `import of ${name} from "${text}"`
}

/** @param {ts.ImportDeclaration | ts.ExportDeclaration} node */
function isTypeOnly(node) {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly
  return node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
}

/**
 * @param {ts.Node} node
 * @param {ReadonlySet<string>} declared
 * @param {ReadonlyMap<string, RegExp>} modules
 * @param {ReadonlySet<string>} symbols
 * @returns {string | null}
 */
function valueRead(node, declared, modules, symbols) {
  if (!ts.isIdentifier(node) || !isValue(node)) return null
  const name = node.text
  if (globalObjects.has(name) && !declared.has(name)) return globalScopeRead(node, symbols)
  const members = modules.get(name) ?? (declared.has(name) ? undefined : forbiddenMembers.get(name))
  if (members !== undefined) return memberRead(node, name, members)
  return forbiddenGlobals.has(name) && !declared.has(name) ? name : null
}

/**
 * `globalThis.setTimeout`, `globalThis['Date'].now`: the member is judged as if it stood alone. No clock is kept under a symbol.
 * @param {ts.Identifier} node
 * @param {ReadonlySet<string>} symbols
 */
function globalScopeRead(node, symbols) {
  const member = memberOf(node)
  if (member === null && isSymbolRead(node, symbols)) return null
  if (member === null) return isWholeUse(node) ? `${node.text} as a value` : null
  if (forbiddenGlobals.has(member)) return `${node.text}.${member}`
  const members = forbiddenMembers.get(member)
  return members === undefined ? null : memberRead(node.parent, member, members)
}

/**
 * @param {ts.Node} node
 * @param {string} name
 * @param {RegExp} members
 * @returns {string | null}
 */
function memberRead(node, name, members) {
  const member = memberOf(node)
  if (member !== null) return members.test(member) ? `${name}.${member}` : null
  const { parent } = node
  if (ts.isNewExpression(parent) && parent.expression === node) {
    return name === 'Date' && (parent.arguments ?? []).length === 0 ? 'new Date()' : null
  }
  if (ts.isCallExpression(parent) && parent.expression === node) return name === 'Date' ? 'Date()' : null
  return countsWhole.has(name) && isWholeUse(node) ? `${name} as a value` : null
}

/**
 * The member taken from a node, `null` when it is not known from the text.
 * @param {ts.Node} node
 */
function memberOf(node) {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent) && parent.expression === node) return parent.name.text
  if (!ts.isElementAccessExpression(parent) || parent.expression !== node) return null
  return ts.isStringLiteralLike(parent.argumentExpression) ? parent.argumentExpression.text : null
}

/**
 * `globalThis[KEY]`, also with a type in between: `(globalThis as Registry)[KEY]`.
 * @param {ts.Expression} node
 * @param {ReadonlySet<string>} symbols
 */
function isSymbolRead(node, symbols) {
  let read = node
  while (ts.isAsExpression(read.parent) || ts.isParenthesizedExpression(read.parent)) read = read.parent
  const { parent } = read
  if (!ts.isElementAccessExpression(parent) || parent.expression !== read) return false
  return ts.isIdentifier(parent.argumentExpression) && symbols.has(parent.argumentExpression.text)
}

/**
 * A use that hands the whole thing on, so that its members are out of sight. `x instanceof Date` and `typeof x` do not.
 * @param {ts.Node} node
 */
function isWholeUse(node) {
  const { parent } = node
  if (ts.isTypeOfExpression(parent)) return false
  return !(ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword)
}

/**
 * Whether an identifier is read as a value: neither a declaration, a member's name, a label nor part of a type.
 * @param {ts.Identifier} node
 */
function isValue(node) {
  const { parent } = node
  if (ts.isShorthandPropertyAssignment(parent)) return true
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isQualifiedName(parent)) return false
  if (ts.isImportClause(parent) || ts.isNamespaceImport(parent) || ts.isJSDoc(parent.parent)) return false
  if (ts.isBindingElement(parent)) return parent.initializer === node
  if ('name' in parent && parent.name === node) return false
  return !ts.isTypeNode(parent)
}
