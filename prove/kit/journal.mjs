/**
 * Journals: what each process says that it did, one line of JSON each, appended so that lines of several processes in one
 * file never mix. A line that `write` has taken survives the death of its process; `sync` makes it survive the machine's.
 */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, readSync, writeSync } from 'node:fs'

/**
 * One line. `at` is in milliseconds of the system-wide monotonic clock, so that lines of several processes can be compared.
 * @typedef {{ readonly what: What, readonly at: number, readonly id: string, readonly pid: number, readonly fence: number, readonly n: number }} Line
 */

/** @typedef {'intent' | 'ack' | 'start' | 'end'} What */

/** Milliseconds of a clock that every process of the machine shares and nobody can set. */
export function sharedNow() {
  return Number(process.hrtime.bigint()) / 1e6
}

/**
 * Opens a journal for appending.
 * @param {string} file
 */
export function openJournal(file) {
  const descriptor = openSync(file, 'a')
  return {
    /**
     * Appends lines with one write.
     * @param {What} what
     * @param {readonly { readonly id: string, readonly n: number, readonly fence?: number }[]} jobs
     * @param {{ readonly sync?: boolean }} [options]
     */
    write(what, jobs, options = {}) {
      const at = sharedNow()
      const lines = jobs.map(({ id, n, fence = 0 }) => JSON.stringify({ what, at, id, pid: process.pid, fence, n }))
      writeSync(descriptor, `${lines.join('\n')}\n`)
      if (options.sync === true) fsyncSync(descriptor)
    },
    close: () => closeSync(descriptor),
  }
}

/**
 * Reads a journal; a last line without its end was never written as far as its writer knows, and is left out.
 * @param {string} file
 * @returns {Line[]}
 */
export function readJournal(file) {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => /** @type {Line} */ (JSON.parse(line)))
}

/**
 * Counts the lines of a growing journal that hold a text; each call looks only at what is new.
 * @param {string} file
 * @param {string} text
 */
export function lineCounter(file, text) {
  let count = 0
  let position = 0
  let rest = ''
  const buffer = Buffer.alloc(64 * 1024)
  return () => {
    if (!existsSync(file)) return 0
    const descriptor = openSync(file, 'r')
    for (let read = 1; read > 0;) {
      read = readSync(descriptor, buffer, 0, buffer.length, position)
      position += read
      const lines = (rest + buffer.toString('latin1', 0, read)).split('\n')
      rest = lines.pop() ?? ''
      count += lines.filter((line) => line.includes(text)).length
    }
    closeSync(descriptor)
    return count
  }
}
