/**
 * What all actors have in common: settings from the command line, and an end when whoever started them is gone.
 */

/**
 * The settings that the proof handed over. Call it once, first of all.
 * @template T
 * @returns {T}
 */
export function readSettings() {
  process.once('disconnect', () => process.exit(1))
  return /** @type {T} */ (JSON.parse(process.argv[2] ?? '{}'))
}

/**
 * Tells the proof something.
 * @param {unknown} message
 */
export function tell(message) {
  process.send?.(message)
}

/** Lets the process end although the proof still listens. */
export function leave() {
  process.removeAllListeners('disconnect')
  process.disconnect()
}
