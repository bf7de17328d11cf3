import type { Backend } from '../../port/backend.js'
import type { SqliteTx } from './client-types.js'
import { classify } from './errors.js'
import { createInspector } from './inspector.js'
import { createJobStore } from './job-store.js'
import { CAPABILITIES, LIMITS } from './limits.js'
import { resolveOptions, type SqliteOptions } from './options.js'
import { Store } from './store.js'

/**
 * A store in one SQLite file: durable, fast, and shared by any number of processes of one machine.
 *
 * `enqueue` and `settle` take the user's own connection to the same file, on which a transaction has been begun.
 * Keep the file on a local disk: SQLite's locks do not hold over a network share.
 */
export function sqlite(options: string | SqliteOptions): Backend<SqliteTx> {
  const store = new Store(resolveOptions(options), () => undefined)
  const close = async (): Promise<void> => store.close()
  return {
    name: 'sqlite',
    capabilities: CAPABILITIES,
    limits: LIMITS,
    jobs: createJobStore(store),
    inspector: createInspector(store),
    open: async (params?: { readonly signal?: AbortSignal | undefined }) => store.open(params?.signal),
    close,
    classify,
    [Symbol.asyncDispose]: close,
  } as unknown as Backend<SqliteTx>
}
