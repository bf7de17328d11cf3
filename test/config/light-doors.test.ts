import { join } from 'node:path'
import { expect, test } from 'vitest'
import { importsOf, resolveRelative } from '../../scripts/import-graph.mjs'
import { parse } from '../../scripts/source-tree.mjs'

const root = join(import.meta.dirname, '..', '..')

/** The packages that importing a file of src loads, and those behind it, at once. */
function packagesOf(file: string, seen: Set<string>): readonly string[] {
  if (seen.has(file)) return []
  seen.add(file)
  const specifiers = importsOf(parse(root, file))
    .filter(({ kind }) => kind === 'static')
    .map(({ specifier }) => specifier)
  return specifiers.flatMap((specifier) =>
    specifier.startsWith('.') ? packagesOf(resolveRelative(file, specifier), seen) : [specifier],
  )
}

test.each(['src/app/index.ts', 'src/config/index.ts', 'src/cli/bin.ts'])(
  '%s loads neither the schemas nor the parser of configs: only those wait who read one',
  (door) => {
    const packages = packagesOf(door, new Set())
    expect(packages.filter((name) => /^(zod|jsonc-parser|esbuild)\b/.test(name))).toEqual([])
  },
)

test('what reads a config loads both', () => {
  expect(packagesOf('src/config/read-config.ts', new Set())).toEqual(expect.arrayContaining(['zod', 'jsonc-parser']))
})
