import { gzipSync } from 'node:zlib'
import { join } from 'node:path'
import { build } from 'esbuild'
import { finding } from './kit/proof.mjs'

const root = join(import.meta.dirname, '..')

/** From the work order: 8 kB, the smaller of the two readings. */
const BYTES_MAX = 8000

/** @type {import('./kit/proof.mjs').Proof} */
export const lifecycleSize = {
  claims: 'the whole of rota/lifecycle bundles to less than 8 kB, minified and gzipped, and needs nothing but Node',
  takes: 'a second; needs dist',
  options: {},
  short: {},

  async prove() {
    const whole = await bundle("export * from 'rota/lifecycle'")
    const smallest = await bundle("export { main, httpServer } from 'rota/lifecycle'")
    const foreign = whole.inputs.filter((file) => file.includes('node_modules'))
    const external = whole.imports.filter((path) => !path.startsWith('node:'))
    return {
      figures: {
        'all, minified': `${whole.bytes} bytes`,
        'all, gzipped': `${whole.zipped} bytes`,
        'main, httpServer': `${smallest.zipped} bytes gzipped`,
      },
      findings: [
        finding(`less than ${BYTES_MAX} bytes gzipped`, whole.zipped > 500 && whole.zipped < BYTES_MAX, whole.zipped),
        finding('no library in it', foreign.length === 0, foreign.join(', ') || 'none'),
        finding('nothing beside it but Node', external.length === 0, external.join(', ') || 'none'),
      ],
    }
  },
}

/** One file, without splitting: what is loaded later counts as well. @param {string} contents */
async function bundle(contents) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    write: false,
    metafile: true,
  })
  const text = outputFiles[0]?.contents ?? new Uint8Array()
  const [output] = Object.values(metafile.outputs)
  return {
    bytes: text.byteLength,
    zipped: gzipSync(text, { level: 9 }).byteLength,
    inputs: Object.keys(metafile.inputs),
    imports: (output?.imports ?? []).map(({ path }) => path),
  }
}
