/**
 * Hints that a look is worth it.
 *
 * Law 9. A hint may be lost, doubled or late: without any, only latency suffers. A `resync` follows every reconnect. An idle
 * node makes one `beat` in 10 s and nothing else.
 */
export interface Wakeups {
  /** Calls `listener` for every hint from now on, until the function that it returns is called. */
  subscribe(listener: (hint: Wakeup) => void): () => void
}

/** What may have changed. `jobs` without queues: any of them. */
export type Wakeup =
  | { readonly kind: 'jobs'; readonly queues: readonly string[] | null }
  | { readonly kind: 'schedules' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'settings' }
  | { readonly kind: 'events' }
  | { readonly kind: 'resync' }
