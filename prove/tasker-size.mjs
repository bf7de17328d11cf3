import { gzipSync } from 'node:zlib'
import { join } from 'node:path'
import { build } from 'esbuild'
import { finding } from './kit/proof.mjs'

const root = join(import.meta.dirname, '..')

/** A function on Lambda loads it at every cold start; design limit, minified and gzipped. */
const BYTES_MAX = 6_000

/** @type {import('./kit/proof.mjs').Proof} */
export const taskerSize = {
  claims: 'the whole of rota/tasker bundles to less than 6 kB, minified and gzipped, and needs nothing but Node',
  takes: 'a second; needs dist',
  options: {},
  short: {},

  async prove() {
    const { outputFiles, metafile } = await build({
      stdin: { contents: "export * from 'rota/tasker'", resolveDir: root },
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'node',
      write: false,
      metafile: true,
    })
    const [output] = Object.values(metafile.outputs)
    const text = outputFiles[0]?.contents ?? new Uint8Array()
    const zipped = gzipSync(text, { level: 9 }).byteLength
    const foreign = Object.keys(metafile.inputs).filter((file) => file.includes('node_modules'))
    const external = (output?.imports ?? []).map(({ path }) => path)
    return {
      figures: { minified: `${text.byteLength} bytes`, gzipped: `${zipped} bytes`, imports: external.join(', ') },
      findings: [
        finding(`less than ${BYTES_MAX} bytes gzipped`, zipped > 500 && zipped < BYTES_MAX, `${zipped} bytes`),
        finding('no library in it', foreign.length === 0, foreign.join(', ') || 'none'),
        finding(
          'no library beside it',
          external.every((path) => path.startsWith('node:')),
          external.join(', ') || 'none',
        ),
      ],
    }
  },
}
