import { abortable } from '../async/abortable.js'
import { RotaError } from '../model/errors.js'
import type { Backend } from '../port/backend.js'

/**
 * The store of one program: opened at first use, once, by whoever needs it first.
 * An opening that fails is tried again by the next one who needs it.
 */
export class Connection<Tx = never> {
  readonly #load: () => Backend<Tx> | Promise<Backend<Tx>>
  /** What `load` gave, open or not: whatever came of opening it, `close` lets go of it. */
  #loaded: Backend<Tx> | undefined
  #backend: Backend<Tx> | undefined
  #opening: Promise<Backend<Tx>> | undefined
  #closed: Promise<void> | undefined
  readonly #closing = new AbortController()

  /** `load` makes the backend, or finds it; it is asked once, when the first call comes. */
  constructor(load: () => Backend<Tx> | Promise<Backend<Tx>>) {
    this.#load = load
  }

  /** The backend when it is open, for those who cannot afford to wait for a promise. */
  get current(): Backend<Tx> | undefined {
    return this.#backend
  }

  /** Aborts, with `BACKEND_CLOSED` as its reason, when `close` is called. */
  get closing(): AbortSignal {
    return this.#closing.signal
  }

  /** The open backend. Rejects with `BACKEND_CLOSED` after `close`; an abort ends the wait of this caller only. */
  open(signal?: AbortSignal): Promise<Backend<Tx>> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = undefined
      throw error
    })
    return abortable(this.#opening, signal)
  }

  /** Closes what was opened; an opening that is under way is waited for. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #open(): Promise<Backend<Tx>> {
    this.closing.throwIfAborted()
    this.#loaded ??= await this.#load()
    const backend = this.#loaded
    await backend.open()
    if (!this.closing.aborted) this.#backend = backend
    return backend
  }

  async #close(): Promise<void> {
    this.#closing.abort(closedError())
    this.#backend = undefined
    const opening = this.#opening
    // Whoever asks from now on is refused, also when the first opening is still under way.
    this.#opening = undefined
    // Whoever asked for it was told why it failed. What it left half open is closed all the same.
    await opening?.catch(() => undefined)
    await this.#loaded?.close()
  }
}

/** What everybody is told who comes after the close. */
export function closedError(): RotaError {
  return new RotaError('BACKEND_CLOSED', 'this rota was closed; make a new one with createRota()')
}
