import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readmeModules, ROOT } from './readme-code.js'

/** Inside the package, where `rota` means the package itself: what was built, by its own exports. */
const CACHE = join(ROOT, '.cache')
let folder = ''

beforeAll(() => {
  if (!existsSync(join(ROOT, 'dist', 'app', 'index.d.ts'))) throw new Error('there is no dist: run npm run build first')
  mkdirSync(CACHE, { recursive: true })
  folder = mkdtempSync(join(CACHE, 'readme-'))
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

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

function writeModules(codes: readonly string[]): readonly string[] {
  return codes.map((code, index) => {
    const file = join(folder, `block-${index + 1}.mts`)
    writeFileSync(file, code)
    return file
  })
}

/** What the compiler says of these modules, as a project that follows "Install" would hear it. */
function complaints(codes: readonly string[]): readonly string[] {
  const program = ts.createProgram(writeModules(codes), OPTIONS)
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line
    const text = file?.text.split('\n')[line]?.trim() ?? ''
    return `${file?.fileName ?? ''}: ${text}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
  })
}

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a module until it prints `text`, then presses Ctrl-C; without it until it ends. */
function run(code: string, text: string | null): Promise<Ended> {
  const file = join(folder, 'run.mjs')
  writeFileSync(file, ts.transpileModule(code, { compilerOptions: OPTIONS, fileName: 'run.mts' }).outputText)
  const child = spawn(process.execPath, [file], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
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

describe('the README', () => {
  const modules = readmeModules()

  it('has only code that compiles against the built types, without skipLibCheck', () => {
    expect(modules.length).toBeGreaterThan(5)
    expect(complaints(modules)).toEqual([])
  })

  it('is right that a payload of the wrong shape does not compile', () => {
    const [smallest = ''] = modules
    const [complaint = '', ...more] = complaints([smallest.replace("{ invoiceId: 'in_1' }", '{ invoiceId: 1 }')])
    expect(complaint).toContain('await rota.enqueue(sendInvoice, { invoiceId: 1 })')
    expect(more).toEqual([])
  })

  it('begins with a program that runs its job, and ends with 0 after Ctrl-C', async () => {
    const [smallest = ''] = modules
    expect(await run(smallest, 'sending in_1\n')).toEqual({ code: 0, stdout: 'sending in_1\n', stderr: '' })
  })

  it('shows a test that lets a day pass', async () => {
    const code = modules.find((one) => one.includes("from 'rota/testing'")) ?? ''
    expect(await run(code, null)).toEqual({ code: 0, stdout: 'reminded Ann\n', stderr: '' })
  })
})
