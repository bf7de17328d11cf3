import type { LocalLock } from './with-no-overlap.js'

/** Makes a lock of this process, for `withNoOverlap`. To release it when nobody holds it is a `TypeError`. */
export function mutex(): LocalLock {
  let isHeld = false
  return {
    tryAcquire: () => !isHeld && (isHeld = true),
    release: () => {
      if (!isHeld) throw new TypeError('mutex: expected somebody to hold it, got a release')
      isHeld = false
    },
  }
}
