import { parseBackendUrl } from '../app/backend-url.js'

/** What is wrong with the URL of a store, or null. */
export function urlReason(url: string): string | null {
  try {
    parseBackendUrl(url)
    return null
  } catch (error) {
    if (error instanceof TypeError) return error.message.replace(/^url: /, '')
    throw error
  }
}
