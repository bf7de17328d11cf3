/**
 * What a job has beside its narrow row, so that the hot path never looks into a side table for nothing.
 * They travel with the job from `ready` to `leases` to `outcomes`.
 */
export const FLAG = Object.freeze({
  /** Holds a row of `uniques`. */
  unique: 1,
  /** A row of `params` replaces the payload of its body: a handler answered `again`. */
  params: 2,
  /** Rows of `progress`, `logs` or `steps`. */
  reports: 4,
  /** A row of `places`: its place in `ready` is not the one that its body tells. */
  moved: 8,
  /** Others wait for it: unresolved rows of `edges`, or resolved ones. */
  parent: 16,
  /** Rows of `errors`. */
  errors: 32,
  /** A row of `cancels`: it runs and somebody called it off. */
  cancel: 64,
  /** A lease of it was lost and it has not settled since. */
  suspect: 128,
  /** It waited for others once: rows of `edges`. */
  child: 256,
  /** A row of `results`. */
  result: 512,
  /** Its body has a note, headers, a deadline, a number of tries or a tick. */
  extras: 1024,
})

/** The completion of a job with one of these touches more than its own rows. */
export const FLAGS_NOT_PLAIN = FLAG.parent | FLAG.cancel
