import { bundle, smallAndAlone } from './kit/bundle.mjs'

/** A function on Lambda loads it at every cold start; design limit, minified and gzipped. */
const BYTES_MAX = 6000

/** @type {import('./kit/proof.mjs').Proof} */
export const taskerSize = {
  claims: 'the whole of rota/tasker bundles to less than 6 kB, minified and gzipped, and needs nothing but Node',
  takes: 'a second; needs dist',
  options: {},
  short: {},

  async prove() {
    const whole = await bundle("export * from 'rota/tasker'")
    const { bytes, zipped, imports } = whole
    return {
      figures: { minified: `${bytes} bytes`, gzipped: `${zipped} bytes`, imports: imports.join(', ') },
      findings: smallAndAlone(whole, BYTES_MAX),
    }
  },
}
