import { KEY_LENGTH_MAX } from './names.js'

/**
 * The identity of one running instance: what people call it, and an id that no other instance has, so that two of one name are
 * still two. Stands in the registry and as the holder of locks. A name that leaves no room for the id is cut.
 */
export function instanceIdOf(name: string | undefined, id: string): string {
  if (name === undefined) return id
  return `${name.slice(0, KEY_LENGTH_MAX - 1 - id.length).toWellFormed()}/${id}`
}

const ID = /\/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/

/** What people call an instance, for display; of one without a name, its id. */
export function instanceNameOf(instanceId: string): string {
  return instanceId.replace(ID, '')
}
