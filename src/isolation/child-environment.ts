/**
 * What every handler gets from the process that starts it: where programs and temporary files are, how people write here, and which
 * kind of run it is. None holds a secret; Windows starts nothing without `SystemRoot`.
 */
const INHERITED = ['PATH', 'TZ', 'LANG', 'LC_ALL', 'TMPDIR', 'TEMP', 'TMP', 'NODE_ENV', 'SystemRoot', 'windir'] as const

/** The variables of a handler: those few, those of `inherit`, and above them its own. Nothing else of the parent gets in. */
export function childEnvironment(
  parent: Readonly<Record<string, string | undefined>>,
  own: Readonly<Record<string, string>>,
  inherit: readonly string[],
): Record<string, string> {
  const environment: Record<string, string> = {}
  for (const name of [...INHERITED, ...inherit]) {
    const value = parent[name]
    if (value !== undefined) environment[name] = value
  }
  return { ...environment, ...own }
}
