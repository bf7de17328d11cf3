/** An instant: whole milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number

/** A length of time in milliseconds. */
export type DurationMs = number

/** The payload of one job, in bytes of UTF-8, its note included: 256 KiB, rota's own limit, the same on every store. */
export const PAYLOAD_BYTES_MAX = 262_144

/** Result, error record and kept log of one job: 64 KiB each, in bytes of UTF-8. */
export const RESULT_BYTES_MAX = 65_536

export const SECOND: DurationMs = 1000
export const MINUTE: DurationMs = 60 * SECOND
export const HOUR: DurationMs = 60 * MINUTE
export const DAY: DurationMs = 24 * HOUR
