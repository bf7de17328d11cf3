import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '..', '..')

/** The `ts` blocks of the README, in their order. */
export function readmeBlocks(): readonly string[] {
  const text = readFileSync(join(ROOT, 'README.md'), 'utf8')
  return [...text.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code = '']) => code)
}

/** Each block as a module of its own: one without imports goes on from the first, in a block, so that it may use names again. */
export function readmeModules(): readonly string[] {
  const [smallest = '', ...others] = readmeBlocks()
  return [smallest, ...others.map((code) => (/^import /m.test(code) ? code : `${smallest}{\n${code}}\n`))]
}
