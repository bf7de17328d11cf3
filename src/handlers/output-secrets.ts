/** Shared by all copies of rota in a process: the bundle of a function may hold one of its own. */
const LISTENER: unique symbol = Symbol.for('rota.output-secrets')

interface Shared {
  [LISTENER]?: (texts: readonly string[]) => void
}

/** Has whoever keeps the output of this process take these texts out of it; where nobody does, it is nobody's to keep. */
export function hideFromOutput(texts: readonly string[]): void {
  if (texts.length > 0) (globalThis as Shared)[LISTENER]?.(texts)
}

/** Hears of the secrets of each attempt before its function runs. */
export function onOutputSecrets(listener: (texts: readonly string[]) => void): void {
  ;(globalThis as Shared)[LISTENER] = listener
}
