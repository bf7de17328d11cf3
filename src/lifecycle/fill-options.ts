import { checkOptionNames } from '../model/option-names.js'
import { refusal } from './refusal.js'

/**
 * The options with every default filled in; one that is undefined counts as not given. `defaults` names all that there are. Throws a `TypeError`
 * that begins with `what` for a name that is not among them, and for a value that is not among its `choices`.
 */
export function fillOptions<Defaults extends object, Given extends object>(
  what: string,
  given: Given,
  defaults: Defaults & Readonly<Record<keyof Given, unknown>>,
  choices: { readonly [Name in keyof Given]?: readonly Given[Name][] } = {},
): Filled<Defaults, Given> {
  checkOptionNames(what, given, new Set(Object.keys(defaults)))
  const stated = Object.entries(given).filter(([, value]) => value !== undefined)
  for (const [name, value] of stated) {
    const allowed = choices[name as keyof Given]
    if (allowed?.includes(value as never) === false) throw refusal(`${what}: ${name}`, allowed.join(' or '), value)
  }
  return { ...defaults, ...Object.fromEntries(stated) }
}

/** A default of undefined says that there is none. */
type Filled<Defaults, Given> = {
  readonly [Name in keyof Defaults & keyof Given]:
    Exclude<Given[Name], undefined> | (Defaults[Name] extends undefined ? undefined : never)
}
