/**
 * What all actors have in common: settings from the command line, and an end when whoever started them is gone.
 */

import { sharedNow } from '../kit/journal.mjs'

/** How often a process looks whether it stood still. */
const PULSE_MS = 20

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

/**
 * Tells the proof of each time that this process got no turn for longer than `lengthMs`, whoever stopped it: a proof, or a machine that
 * had other things to do. What stands still loses its leases, and is overtaken without a mistake of anybody.
 * @param {number} lengthMs
 */
export function tellStandstills(lengthMs) {
  let last = sharedNow()
  const pulse = () => {
    const now = sharedNow()
    if (now - last > lengthMs) tell({ what: 'stood-still', pid: process.pid, from: last, until: now })
    last = now
  }
  setInterval(pulse, PULSE_MS).unref()
}

/** Lets the process end although the proof still listens. */
export function leave() {
  process.removeAllListeners('disconnect')
  process.disconnect()
}
