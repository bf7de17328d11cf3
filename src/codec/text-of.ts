/** What somebody logs, as text. Handlers in JavaScript log whatever they have, and some things have no text. */
export function textOf(given: unknown): string {
  if (typeof given === 'string') return given
  try {
    return String(given)
  } catch {
    return `${typeof given} that cannot be shown`
  }
}
