/** The error for a programmer's mistake: what was expected where, and what came instead. */
export function refusal(where: string, expected: string, got: unknown): TypeError {
  const isPlain = typeof got !== 'function' && typeof got !== 'bigint'
  return new TypeError(`${where}: expected ${expected}, got ${isPlain ? JSON.stringify(got) : typeof got}`)
}
