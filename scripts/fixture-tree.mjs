import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/**
 * Writes a small source tree for a test of the house; `using` removes it again.
 * @param {Record<string, string>} texts
 */
export function fixtureTree(texts) {
  const root = mkdtempSync(join(tmpdir(), 'rota-house-'))
  for (const [file, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), text)
  }
  return {
    root,
    files: Object.keys(texts).sort(),
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}

/**
 * Runs a check over a small source tree and gives its offences as lines, without the part that is the same for all.
 * @param {(root: string, files: readonly string[]) => import('./offences.mjs').Findings} check
 * @param {Record<string, string>} texts
 */
export function findingsIn(check, texts) {
  const tree = fixtureTree(texts)
  try {
    return check(tree.root, tree.files)
  } finally {
    tree.remove()
  }
}

/**
 * @param {import('./offences.mjs').Offence} offence
 */
export const short = ({ file, line, what, got }) => `${file}:${line}: ${what}: ${got}`
