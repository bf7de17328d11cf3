import { urlOfConfig } from '../app/config-routes.js'
import { findStores } from '../config/find-stores.js'
import { urlOfContext, type NamedUrl } from './contexts.js'
import { UsageError } from './exit.js'
import type { Host } from './host.js'
import type { GlobalOptions } from './session.js'

/** Where jobs are when nobody says and no config is near, the same as for `createRota()`. */
const URL_DEFAULT = 'sqlite:rota.db'

/**
 * The store that is meant: an option goes before the environment, and there a URL before a context; then comes what the nearest
 * config says, so that the command looks where the app is.
 */
export async function chooseUrl(
  options: GlobalOptions,
  env: Host['env'],
  folder: string = process.cwd(),
): Promise<NamedUrl> {
  if (options.url !== undefined && options.context !== undefined) {
    throw new UsageError('--url and --context both name a store: give one of them')
  }
  if (options.url !== undefined) return { url: options.url, warning: null }
  if (options.context !== undefined) return urlNamed(options.context, env, folder)
  const [url, context] = [env['ROTA_URL'], env['ROTA_CONTEXT']]
  if (url !== undefined && url !== '') return { url, warning: null }
  if (context !== undefined && context !== '') return urlNamed(context, env, folder)
  const stores = await findStores(folder)
  return { url: stores === null ? URL_DEFAULT : urlOfConfig(stores), warning: null }
}

/** A context of the app goes before one of the user. */
async function urlNamed(context: string, env: Host['env'], folder: string): Promise<NamedUrl> {
  const contexts = (await findStores(folder))?.contexts ?? {}
  const url = Object.hasOwn(contexts, context) ? contexts[context] : undefined
  return url === undefined ? urlOfContext(context, env) : { url, warning: null }
}
