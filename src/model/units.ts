/** An instant: whole milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number

/** A length of time in milliseconds. */
export type DurationMs = number

/** Two of the three limits of `design.md` section 7, in bytes of UTF-8: they are rota's own, the same on every store. */
export const PAYLOAD_BYTES_MAX = 262_144

/** Result, error record and kept log of one job: 64 KiB each. */
export const RESULT_BYTES_MAX = 65_536
