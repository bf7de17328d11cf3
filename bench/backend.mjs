import { dirname, join } from 'node:path'

/** @typedef {import('rota/port').Backend<any>} Backend */

/**
 * A store of its own at a place, as rota makes it by itself.
 * @param {import('./subject.mjs').Place} place
 * @param {string} name tells the stores of one place apart
 * @returns {Promise<Backend>}
 */
export async function backendAt({ file, url }, name) {
  if (url !== undefined) return (await import('rota/postgres')).postgres({ url, schema: name })
  return (await import('rota/sqlite')).sqlite({ file: join(dirname(String(file)), `${name}.db`) })
}
