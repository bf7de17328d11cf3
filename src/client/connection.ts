import { abortable } from '../async/abortable.js'
import { RotaError } from '../model/errors.js'
import type { Backend } from '../port/backend.js'

/**
 * The store of one program: opened at first use, once, by whoever needs it first.
 * An opening that fails is tried again by the next one who needs it.
 */
export class Connection<Tx = never> {
  readonly #load: () => Backend<Tx> | Promise<Backend<Tx>>
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
    const backend = await this.#load()
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
    // One that failed to open has told its caller so, and there is nothing to close.
    const backend = await opening?.catch(() => undefined)
    await backend?.close()
  }
}

/** What everybody is told who comes after the close. */
export function closedError(): RotaError {
  return new RotaError('BACKEND_CLOSED', 'this rota was closed; make a new one with createRota()')
}
