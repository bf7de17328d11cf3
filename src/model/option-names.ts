/** Throws a `TypeError` that begins with `what` for an option that nobody reads: a misspelt one would be lost in silence. */
export function checkOptionNames(what: string, options: object, names: ReadonlySet<string>): void {
  for (const name in options) {
    if (names.has(name)) continue
    throw new TypeError(`${what}: expected options among ${[...names].join(', ')}, got ${JSON.stringify(name)}`)
  }
}
