import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { ROOT } from './readme-code.js'

/** As a project that follows "Install" compiles. */
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noEmit: true,
}

/** For a test that compiles: five seconds, and ten times that on a machine that is busy with other things. */
export const COMPILE_MS = 60_000

/** How a module ended. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Compiles and runs code of the manual in a folder inside the package, where `rota` means the package itself: what was built, by its own exports. */
export class CodeRunner {
  /** What the code runs in. */
  readonly folder: string

  constructor(name: string) {
    if (!existsSync(join(ROOT, 'dist', 'app', 'index.d.ts'))) {
      throw new Error('there is no dist: run npm run build first')
    }
    const cache = join(ROOT, '.cache')
    mkdirSync(cache, { recursive: true })
    this.folder = mkdtempSync(join(cache, `${name}-`))
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** What the compiler says of these modules. */
  complaints(codes: readonly string[]): readonly string[] {
    const program = ts.createProgram(this.#writeModules(codes), OPTIONS)
    return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
      const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line
      const text = file?.text.split('\n')[line]?.trim() ?? ''
      return `${file?.fileName ?? ''}: ${text}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
    })
  }

  /** Runs a module until it prints `text`, then presses Ctrl-C; without it until it ends. */
  run(code: string, text: string | null): Promise<Ended> {
    const file = join(this.folder, 'run.mjs')
    writeFileSync(file, ts.transpileModule(code, { compilerOptions: OPTIONS, fileName: 'run.mts' }).outputText)
    const child = spawn(process.execPath, [file], { cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'] })
    const printed = { stdout: '', stderr: '' }
    let interrupted = false
    child.stderr.on('data', (chunk: Buffer) => (printed.stderr += chunk.toString('utf8')))
    child.stdout.on('data', (chunk: Buffer) => {
      printed.stdout += chunk.toString('utf8')
      if (text === null || interrupted || !printed.stdout.includes(text)) return
      interrupted = true
      child.kill('SIGINT')
    })
    return new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (exitCode) => resolve({ code: exitCode, ...printed }))
    })
  }

  #writeModules(codes: readonly string[]): readonly string[] {
    return codes.map((code, index) => {
      const file = join(this.folder, `block-${index + 1}.mts`)
      writeFileSync(file, code)
      return file
    })
  }
}
