import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import type { Clock } from '../../model/clock.js'
import { HINT } from './changes.js'

/** Where the file is emptied: at one byte a millisecond that is not more than once a minute. */
const BYTES_MAX = 65_536

/** Whoever is further behind than this reads nothing and is told to look at everything. */
const BEHIND_MAX = 4_096

/** How old the last look at the size and the name of the file may be when a byte is appended. */
const LOOK_MS = 1_000

/** A link that somebody has put in its place is not followed. Windows does not know the flag. */
const FLAGS = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0)

/** Every byte of the file is a union of hints, so there are as many different ones. */
const BYTES = 64

/**
 * `<file>-wake`: after a commit its process appends one byte that says what kind of thing has changed, and the watches of the other
 * processes fire. The commit was made before, so whoever reads the byte finds what it speaks of; a watch on SQLite's own log
 * would be one commit behind.
 *
 * Nobody waits for anybody: an append is atomic, and each reader keeps its own place. One's own bytes are known by counting them:
 * of so many equal ones that are read, those beyond the own ones are other people's.
 * Emptying the file may take bytes from somebody who has not read them. So it is followed by a byte that stands for everything,
 * and a file that has become shorter stands for everything too.
 */
export class WakeFile {
  readonly #clock: Clock
  readonly #fd: number
  readonly #own = new Uint32Array(BYTES)
  readonly #byte = Buffer.alloc(1)
  readonly #buffer = Buffer.alloc(BEHIND_MAX)
  #ownUnread = 0
  #lookedAt = Number.NEGATIVE_INFINITY
  #place: number
  #isGone = false

  /** Opens the file, or makes it for this user of the machine only. Throws what the file system says. */
  constructor(path: string, clock: Clock) {
    this.#clock = clock
    this.#fd = openSync(path, FLAGS, 0o600)
    this.#place = this.#size()
  }

  /** The file has no name any more, so others tell each other in another one. As of the last look: a second of appends ago at most. */
  get isGone(): boolean {
    return this.#isGone
  }

  /** Tells the other processes. */
  append(hints: number): void {
    if (this.#clock.monotonic() - this.#lookedAt >= LOOK_MS) this.#keepSmall()
    this.#byte[0] = hints
    writeSync(this.#fd, this.#byte)
    this.#own[hints] = (this.#own[hints] ?? 0) + 1
    this.#ownUnread += 1
  }

  /** What other processes have told since the last read, as a union of hints; 0 for nothing. */
  read(): number {
    const size = this.#size()
    const behind = size - this.#place
    let hints = 0
    if (behind < 0 || behind - this.#ownUnread > BEHIND_MAX) hints = HINT.resync
    else if (behind !== this.#ownUnread) hints = this.#readForeign(behind)
    this.#place = size
    if (this.#ownUnread > 0) {
      // What was read reaches to the end of the file, and so does whatever this thread has appended.
      this.#ownUnread = 0
      this.#own.fill(0)
    }
    return hints
  }

  close(): void {
    closeSync(this.#fd)
  }

  #readForeign(behind: number): number {
    const bytes = behind > BEHIND_MAX ? Buffer.alloc(behind) : this.#buffer
    const count = readSync(this.#fd, bytes, 0, behind, this.#place)
    let hints = 0
    for (const byte of bytes.subarray(0, count)) {
      const own = this.#own[byte] ?? 0
      if (own === 0) hints |= byte
      else this.#own[byte] = own - 1
    }
    return hints % BYTES
  }

  #keepSmall(): void {
    this.#lookedAt = this.#clock.monotonic()
    if (this.#size() <= BYTES_MAX) return
    ftruncateSync(this.#fd, 0)
    // What is cut off may not have been read here either.
    this.#place = Number.POSITIVE_INFINITY
    this.append(HINT.resync)
  }

  #size(): number {
    const { size, nlink } = fstatSync(this.#fd)
    this.#isGone = nlink === 0
    return size
  }
}
