/**
 * Another wall clock for a process that runs: libfaketime, of the Debian package of that name, reads it from a file.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand, tail } from './command.mjs'

const LIBRARY = 'libfaketime.so.1'

/** Where it is fetched to when it is not installed; git leaves it out. */
const CACHE = join(import.meta.dirname, '..', '..', '.cache', 'faketime')

/** A wall clock that is set by hand. */
export class FakeClockFile {
  #file
  #library
  /** How far it is ahead of the real one. */
  offsetMs = 0

  /**
   * @param {string} library
   * @param {string} file
   */
  constructor(library, file) {
    this.#library = library
    this.#file = file
    this.set(0)
  }

  /**
   * Sets it, in one step, for every process that was started under it.
   * @param {number} offsetMs
   */
  set(offsetMs) {
    this.offsetMs = offsetMs
    const seconds = offsetMs / 1000
    // Replaced and not rewritten: whoever reads it meanwhile must not find half a number.
    writeFileSync(`${this.#file}.new`, `${seconds < 0 ? '' : '+'}${seconds}\n`)
    renameSync(`${this.#file}.new`, this.#file)
  }

  /** What it shows. */
  now() {
    return Date.now() + this.offsetMs
  }

  /**
   * The environment of a process under this clock. Only the wall clock is another one: timers and epoll count by the monotonic clock, which
   * no operator and no time server can set. Were it faked too, a step ahead would make every timer ring, and a step back
   * none for as long: not what happens when a clock is set, and no test of how it is noticed.
   * @returns {Record<string, string>}
   */
  get env() {
    return {
      LD_PRELOAD: this.#library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    }
  }
}

/** The library: as it is installed, or fetched with the machine's own package manager. */
export async function findFaketime() {
  const found = installed() ?? unpacked()
  if (found !== null) return found
  mkdirSync(CACHE, { recursive: true })
  const download = () => runCommand('apt-get', ['download', 'libfaketime'], { cwd: CACHE, withinMs: 120_000 })
  let ended = await download()
  if (ended.code !== 0) {
    // A fresh machine does not know yet what there is.
    await runCommand('apt-get', ['update'], { cwd: CACHE, withinMs: 300_000 })
    ended = await download()
  }
  const [deb] = readdirSync(CACHE).filter((name) => name.endsWith('.deb'))
  if (deb !== undefined) ended = await runCommand('dpkg-deb', ['-x', deb, '.'], { cwd: CACHE })
  const library = unpacked()
  if (library === null)
    throw new Error(`expected the package libfaketime, or apt-get to fetch it; got: ${tail(ended.output)}`)
  return library
}

function installed() {
  return libraryUnder('/usr/lib')
}

function unpacked() {
  return libraryUnder(join(CACHE, 'usr', 'lib'))
}

/** @param {string} root such as `/usr/lib`, which has a folder for each architecture */
function libraryUnder(root) {
  if (!existsSync(root)) return null
  const places = ['', ...readdirSync(root)].map((folder) => join(root, folder, 'faketime', LIBRARY))
  return places.find((place) => existsSync(place)) ?? null
}
