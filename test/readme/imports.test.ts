import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT } from './readme-code.js'

/** Every page for users, as its path from the root. */
const pages = ['README.md', ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map(inDocs)]
  .filter((file) => file.endsWith('.md') && !file.startsWith(join('docs', 'api')))
  .toSorted()

function inDocs(file: string): string {
  return join('docs', file)
}

/** What the programs of a page import by name: `rota/testing: mockTask`. */
function importedNames(page: string): readonly string[] {
  const text = readFileSync(join(ROOT, page), 'utf8')
  const programs = [...text.matchAll(/^```ts.*\n([^]*?)^```$/gm)].map(([, code = '']) => code)
  return programs.flatMap((code) =>
    [...code.matchAll(/^import (?:type )?\{([^}]*)\} from '(rota[^']*)'/gm)].flatMap(([, names = '', door = '']) =>
      names.split(',').flatMap((one) => {
        const [name = ''] = one
          .trim()
          .replace(/^type /, '')
          .split(' as ')
        return name === '' ? [] : [`${door}: ${name}`]
      }),
    ),
  )
}

/** What there is to import, as the pages of docs/api list it. */
const exported = new Set(
  readdirSync(join(ROOT, 'docs', 'api')).flatMap((file) => {
    const text = readFileSync(join(ROOT, 'docs', 'api', file), 'utf8')
    const [, door = ''] = /^# (.+)$/m.exec(text) ?? []
    return [...text.matchAll(/^## (.+)$/gm)].map(([, name = '']) => `${door}: ${name}`)
  }),
)

describe('what the pages for users import', () => {
  it('is looked for where there is some', () => {
    expect(pages.flatMap(importedNames).length).toBeGreaterThan(50)
    expect(exported).toContain('rota/testing: mockTask')
  })

  it.each(pages)('is exported, in %s', (page) => {
    expect(importedNames(page).filter((name) => !exported.has(name))).toEqual([])
  })
})
