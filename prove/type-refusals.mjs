import { join } from 'node:path'
import ts from 'typescript'
import { finding } from './kit/proof.mjs'
import { refusals } from './type-refusals/refusals.mjs'

const root = join(import.meta.dirname, '..')

/** Ends a line that must not compile. */
const MARK = '// refused'

/** @typedef {{ readonly says: string, readonly program: string }} Refusal */

/** @type {import('./kit/proof.mjs').Proof} */
export const typeRefusals = {
  claims:
    'what would fail at run time does not compile: wrong payloads, missing fields, `again` with wrong params, `tx` without transactions',
  takes: '10 seconds, 1 process, 500 MB',
  options: {},
  short: {},

  async prove() {
    const found = compile(refusals)
    return {
      figures: { 'programs compiled': refusals.length, compiler: `TypeScript ${ts.version}` },
      findings: refusals.map(({ says, program }, index) => {
        const expected = refusedLines(program)
        const got = found[index] ?? []
        const lines = [...new Set(got.map(({ line }) => line))].sort((a, b) => a - b)
        const same = expected.length > 0 && expected.join() === lines.join()
        const told = got.map(({ line, message }) => `line ${line}: ${message}`).join('; ')
        return finding(
          says,
          same,
          same
            ? `refused, and its right twin compiles`
            : `lines ${expected.join()} expected; ${told || 'all compiled'}`,
        )
      }),
    }
  },
}

/** @param {string} program */
function refusedLines(program) {
  return program.split('\n').flatMap((line, index) => (line.endsWith(MARK) ? [index + 1] : []))
}

/**
 * Compiles programs that exist in memory only, beside this file, so that `rota` means the package as it is built.
 * @param {readonly Refusal[]} programs
 */
function compile(programs) {
  const options = compilerOptions()
  const texts = new Map(
    programs.map(({ program }, index) => [join(import.meta.dirname, `refusal-${index}.ts`), program]),
  )
  const host = ts.createCompilerHost(options)
  host.fileExists = (file) => texts.has(file) || ts.sys.fileExists(file)
  host.readFile = (file) => texts.get(file) ?? ts.sys.readFile(file)
  const program = ts.createProgram([...texts.keys()], options, host)
  return [...texts.keys()].map((file) => {
    const source = program.getSourceFile(file)
    const diagnostics = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
    return diagnostics.map((one) => ({
      line:
        source === undefined || one.start === undefined ? 0 : source.getLineAndCharacterOfPosition(one.start).line + 1,
      message: ts.flattenDiagnosticMessageText(one.messageText, ' '),
    }))
  })
}

/** What a careful user has in the tsconfig.json: strict, and nothing that only this repository needs. */
function compilerOptions() {
  return {
    ...ts.getDefaultCompilerOptions(),
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
    types: ['node'],
    typeRoots: [join(root, 'node_modules', '@types')],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  }
}
