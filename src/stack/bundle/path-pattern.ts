const SEPARATOR = '[\\\\/]'
const NO_SEPARATOR = '[^\\\\/]'

/**
 * One expression for absolute paths that match any of the patterns. A pattern without wildcard is the end of a path: `.html`, `html` or
 * `mail/order.html`; one with a wildcard but no slash is a file name; any other counts from `root`. `*`, `**` and `?` are known.
 * In the dialect of Go, which esbuild speaks.
 */
export function pathPattern(patterns: readonly string[], root: string): RegExp {
  return new RegExp(patterns.map((pattern) => `(?:${translate(pattern.replace(/^\.\//, ''), root)})`).join('|'))
}

function translate(pattern: string, root: string): string {
  if (!/[*?]/.test(pattern))
    return pattern.startsWith('.') ? `${literal(pattern)}$` : `(?:${SEPARATOR}|\\.)${literal(pattern)}$`
  if (!pattern.includes('/')) return `${SEPARATOR}${wildcards(pattern)}$`
  return `^${literal(root.replaceAll('\\', '/'))}${SEPARATOR}${wildcards(pattern)}$`
}

function wildcards(pattern: string): string {
  return pattern.replace(/\*\*\/|\*\*|\*|\?|[^*?]+/g, (part) => {
    switch (part) {
      case '**/':
        return `(?:.*${SEPARATOR})?`
      case '**':
        return '.*'
      case '*':
        return `${NO_SEPARATOR}*`
      case '?':
        return NO_SEPARATOR
      default:
        return literal(part)
    }
  })
}

function literal(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&').replaceAll('/', SEPARATOR)
}
