import type { Random } from '../model/clock.js'

/** One call of the system costs about a microsecond whatever it returns; 256 words bring a draw down to a few nanoseconds. */
const WORDS = 256

/** Draws from the system's cryptographic generator: ids made from it cannot be guessed, and no two processes draw alike. */
export const systemRandom: Random = makeSystemRandom()

/** A generator that repeats itself: the same seed gives the same numbers on every machine. Print the seed of a run that failed. */
export function seededRandom(seed: number | string): Random {
  const next = sfc32(seed)
  return { next: () => toUnit(next(), next()) }
}

/** A whole number from 0 up to but not including `end`. */
export function randomInt(random: Random, end: number): number {
  if (!(Number.isSafeInteger(end) && end > 0)) throw new TypeError(`end must be a whole number above 0, got ${end}`)
  return Math.floor(random.next() * end)
}

function makeSystemRandom(): Random {
  const words = new Uint32Array(WORDS)
  let used = WORDS
  const word = (): number => {
    if (used === WORDS) {
      // The global is loaded when it is first used; importing node:crypto would be a tenth of `import 'rota'`.
      crypto.getRandomValues(words)
      used = 0
    }
    return words[used++] as number
  }
  return Object.freeze({ next: () => toUnit(word(), word()) })
}

/** 53 random bits, as many as a double below 1 can hold. */
function toUnit(high: number, low: number): number {
  return ((high >>> 5) * 0x4000000 + (low >>> 6)) / 0x20000000000000
}

/**
 * sfc32, the small fast counting generator of Chris Doty-Humphrey's PractRand 0.93: 128 bits of state, a period of at least 2^32.
 * The state is filled by FNV-1a over the seed's text and mixed by twelve draws, as its author does.
 */
function sfc32(seed: number | string): () => number {
  let a = fnv1a(`a${seed}`)
  let b = fnv1a(`b${seed}`)
  let c = fnv1a(`c${seed}`)
  let counter = 1
  const next = (): number => {
    const drawn = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + drawn) | 0
    return drawn >>> 0
  }
  for (let round = 0; round < 12; round++) next()
  return next
}

/** FNV-1a, 32 bits (Fowler, Noll, Vo): its offset basis and prime. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash
}
