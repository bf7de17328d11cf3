import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ROOT } from '../readme/readme-code.js'

/** A code block of a page: what stands behind its fence, and what is inside. */
export interface Block {
  readonly label: string
  readonly code: string
  /** The file that it is, when a line with nothing but a path in quotes stands before it. */
  readonly path: string | null
}

/** A program of a page, and what the block behind it says that it prints; null: nothing says that. */
export interface Program {
  readonly code: string
  readonly prints: string | null
}

/** A page of the manual, as its tests see it. */
export class Page {
  readonly blocks: readonly Block[]

  constructor(path: string) {
    const text = readFileSync(join(ROOT, 'docs', path), 'utf8')
    const fences = text.matchAll(/(?:^`([^`\n]+)`:\n\n)?^```(.*)\n([^]*?)^```$/gm)
    this.blocks = [...fences].map(([, file = null, label = '', code = '']) => ({ label, code, path: file }))
  }

  get programs(): readonly Program[] {
    return this.blocks.flatMap(({ label, code }, index) => {
      const next = this.blocks[index + 1]
      return label === 'ts' ? [{ code, prints: next?.label === 'text' ? next.code : null }] : []
    })
  }

  /** Puts the files of the page into a folder. */
  writeFiles(folder: string): void {
    for (const { path, code } of this.blocks) {
      if (path === null) continue
      mkdirSync(join(folder, dirname(path)), { recursive: true })
      writeFileSync(join(folder, path), code)
    }
  }
}
