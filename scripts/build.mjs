/**
 * Builds dist from src: compiles what changed, removes what lost its source, and starts afresh where an output is
 * missing (the incremental compiler looks at its notes, not at dist). Run: `npm run build`.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isTest } from './source-tree.mjs'

const notes = '.cache/build.tsbuildinfo'
const outputs = ['.js', '.js.map', '.d.ts', '.d.ts.map']

function build() {
  const expected = new Set(filesBelow('src').filter(isSource).flatMap(outputsOf))
  const present = new Set(filesBelow('dist'))
  for (const file of present) if (!expected.has(file)) rmSync(join('dist', file))
  if ([...expected].some((file) => !present.has(file))) rmSync(notes, { force: true })

  const tsc = join('node_modules', 'typescript', 'bin', 'tsc')
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { stdio: 'inherit' })
  const bin = join('dist', 'cli', 'bin.js')
  if (existsSync(bin)) chmodSync(bin, 0o755)
  return status ?? 1
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function filesBelow(folder) {
  if (!existsSync(folder)) return []
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return entries.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
}

/** @param {string} file */
function isSource(file) {
  return file.endsWith('.ts') && !isTest(file)
}

/** @param {string} file */
function outputsOf(file) {
  return outputs.map((ending) => file.replace(/\.ts$/, ending))
}

process.exitCode = build()
