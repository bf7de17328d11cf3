/**
 * Writes what is made of the schema of config files: `schema.json` for editors, and the tables of `docs/config.md`. A test keeps
 * both current. Run after a build: `npm run schema`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { withTables } from './config-tables.mjs'

/** Not a literal path: types are checked before anything is built. */
const built = pathToFileURL(resolve('dist', 'config', 'json-schema.js')).href
const module = /** @type {{ configJsonSchema: () => import('./config-tables.mjs').Schema }} */ (await import(built))
const schema = module.configJsonSchema()
const manual = join('docs', 'config.md')

writeFileSync('schema.json', `${JSON.stringify(schema, null, 2)}\n`)
writeFileSync(manual, withTables(readFileSync(manual, 'utf8'), schema))
