import { Client } from '../client/client.js'
import type { Connection } from '../client/connection.js'
import type { IdMaker } from '../model/clock.js'
import type { ResolvedOptions } from './rota-options.js'

/** What a rota is made of. */
export interface RotaParts<Tx> extends ResolvedOptions<Tx> {
  readonly connection: Connection<Tx>
  readonly ids: IdMaker
}

/** A program's tasks, and everything that can be done with them. Made by `createRota`. */
export class Rota<Tx = never> extends Client<Tx> implements AsyncDisposable {
  readonly #parts: RotaParts<Tx>

  constructor(parts: RotaParts<Tx>) {
    super({ ...parts, middleware: parts.enqueueMiddleware })
    this.#parts = parts
  }

  /** Opens the store now instead of at the first use, so that a program learns at its start when that cannot be done. */
  async open(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    await this.#parts.connection.open(options.signal)
  }

  /** As `close`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
