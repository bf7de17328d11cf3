import { urlOfContext, type NamedUrl } from './contexts.js'
import { UsageError } from './exit.js'
import type { Host } from './host.js'
import type { GlobalOptions } from './session.js'

/** Where jobs are when nobody says, the same as for `createRota()`. */
const URL_DEFAULT = 'sqlite:rota.db'

/** The store that is meant: an option goes before the environment, and there a URL before a context. */
export async function chooseUrl(options: GlobalOptions, env: Host['env']): Promise<NamedUrl> {
  if (options.url !== undefined && options.context !== undefined) {
    throw new UsageError('--url and --context both name a store: give one of them')
  }
  if (options.url !== undefined) return { url: options.url, warning: null }
  if (options.context !== undefined) return urlOfContext(options.context, env)
  const [url, context] = [env['ROTA_URL'], env['ROTA_CONTEXT']]
  if (url !== undefined && url !== '') return { url, warning: null }
  if (context !== undefined && context !== '') return urlOfContext(context, env)
  return { url: URL_DEFAULT, warning: null }
}
