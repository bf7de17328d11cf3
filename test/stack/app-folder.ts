import { mkdir, mkdtemp, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { SourceCode } from '../../src/config/app-config.js'
import type { SourceTarget } from '../../src/stack/bundle/bundle-target.js'

/** The folder of an app that a test writes. */
export class AppFolder {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  static async make(): Promise<AppFolder> {
    return new AppFolder(await realpath(await mkdtemp(join(tmpdir(), 'rota-app-'))))
  }

  file(name: string): string {
    return join(this.path, name)
  }

  /** Nobody who watches ever reads half a file. */
  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(this.file(name)), { recursive: true })
      await writeFile(this.file(`${name}.draft`), text)
      await rename(this.file(`${name}.draft`), this.file(name))
    }
  }

  /** The task `orders:process-order`, made of `src/index.ts`. */
  target(code: Partial<SourceCode> = {}, task = 'orders:process-order'): SourceTarget {
    const given = { minify: true, external: [], importAsString: [], moduleSideEffects: [], ...code }
    return { task, handler: 'index.default', code: { file: this.file('src/index.ts'), ...given } }
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true })
  }
}
