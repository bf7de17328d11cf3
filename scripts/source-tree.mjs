import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/**
 * Lists the files git tracks or would track, relative to the root, sorted; a file deleted on disk is left out.
 * @param {string} root
 * @returns {string[]}
 */
export function listFiles(root) {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  const files = new Set(listed.split('\0').filter((file) => file !== ''))
  return [...files].filter((file) => existsSync(join(root, file))).sort()
}

/**
 * Parses one file, without resolving anything.
 * @param {string} root
 * @param {string} file
 */
export function parse(root, file) {
  return ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true)
}

/**
 * The line, from 1, on which a node starts.
 * @param {ts.SourceFile} source
 * @param {ts.Node} node
 */
export function lineOf(source, node) {
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1
}

/**
 * Calls `visit` for the node and everything below it.
 * @param {ts.Node} node
 * @param {(node: ts.Node) => void} visit
 */
export function walk(node, visit) {
  visit(node)
  ts.forEachChild(node, (child) => walk(child, visit))
}

/** @param {string} file */
export const isTest = (file) => /\.test(-d)?\.(ts|mjs)$/.test(file)

/** @param {string} file */
export const isCode = (file) => /\.(ts|tsx|mts|js|mjs|cjs)$/.test(file)

/**
 * Published code: TypeScript below src that is no test.
 * @param {string} file
 */
export const isProduct = (file) => file.startsWith('src/') && file.endsWith('.ts') && !isTest(file)
