import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { finding } from './proof.mjs'

const root = join(import.meta.dirname, '..', '..')

/** No door bundles to less: one that does has lost what it exports. */
const BYTES_MIN = 500

/**
 * @typedef {object} Bundle
 * @property {number} bytes minified
 * @property {number} zipped and then gzipped
 * @property {readonly string[]} inputs files that are in it
 * @property {readonly string[]} imports what it asks its surroundings for
 */

/**
 * One file, without splitting: what is loaded later counts as well.
 * @param {string} contents
 * @returns {Promise<Bundle>}
 */
export async function bundle(contents) {
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

/**
 * That a bundle is small and needs nothing but Node.
 * @param {Bundle} whole
 * @param {number} bytesMax minified and gzipped
 * @returns {import('./proof.mjs').Finding[]}
 */
export function smallAndAlone({ zipped, inputs, imports }, bytesMax) {
  const foreign = inputs.filter((file) => file.includes('node_modules'))
  const external = imports.filter((path) => !path.startsWith('node:'))
  return [
    finding(`less than ${bytesMax} bytes gzipped`, zipped > BYTES_MIN && zipped < bytesMax, zipped),
    finding('no library in it', foreign.length === 0, foreign.join(', ') || 'none'),
    finding('nothing beside it but Node', external.length === 0, external.join(', ') || 'none'),
  ]
}
