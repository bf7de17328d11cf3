import { refusal } from './refusal.js'
import type { LocalLock } from './with-no-overlap.js'

/** Makes a lock of this process, for `withNoOverlap`. To release it when nobody holds it is a `TypeError`. */
export function mutex(): LocalLock {
  let isHeld = false
  return {
    tryAcquire: () => !isHeld && (isHeld = true),
    release: () => {
      if (!isHeld) throw refusal('mutex: release', 'somebody to hold it', 'nobody')
      isHeld = false
    },
  }
}
