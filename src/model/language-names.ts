import { kebabCase } from './kebab-case.js'

/**
 * Members that JavaScript and what prints, serialises or compares objects ask any object for, and often call. A proxy that took
 * them for names of tasks would start jobs when it is logged.
 */
const LANGUAGE_NAMES: ReadonlySet<string> = new Set([
  'asymmetricMatch', // jest and vitest
  'constructor',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  'then', // what has it is taken for a promise by whoever awaits it
  'toJSON',
  'toLocaleString',
  'toString',
  'valueOf',
])

/** True for a member that is the language's, and never the name of an entry. */
export function isLanguageName(name: string): boolean {
  // Names of entries begin with a letter or a digit; `$$typeof`, `__proto__` and `@@iterator` are somebody's marks.
  return LANGUAGE_NAMES.has(name) || /^[_$@]/.test(name)
}

/** The names on record that such members would have. */
export const LANGUAGE_RECORDS: ReadonlySet<string> = new Set([...LANGUAGE_NAMES].map(kebabCase))
