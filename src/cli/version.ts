import { readFileSync } from 'node:fs'

/** The version of this package, from its `package.json`, which lies two folders above both `src/cli` and `dist/cli`. */
export function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { readonly version: string }).version
}
