import type { Providers } from '../observe/providers.js'
import type { Backend } from '../port/backend.js'

/** Where a monitor listens; `host` null: on all interfaces. */
export interface MonitorAddress {
  readonly host: string | null
  readonly port: number
}

/** What a service tells whoever watches it. */
export interface Monitor {
  /** For `createRota`: who gets its figures. */
  readonly telemetry: Providers | undefined
  /** The service runs, on this store. */
  started(backend: Pick<Backend, 'inspector'>): void
  /** The service takes no new work from now on. */
  stopping(): void
}

/** Nobody watches. */
export const NO_MONITOR: Monitor = Object.freeze({
  telemetry: undefined,
  started: () => undefined,
  stopping: () => undefined,
})
