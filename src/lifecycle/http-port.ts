import { refusal } from './refusal.js'

/** Where a server listens. */
export interface PortOptions {
  /** 0 to 65535; 0 is any free port. @defaultValue what `portFromEnv` says, or else any free port */
  readonly port?: number | undefined
  /**
   * Environment variables that may hold the port; the first that is set counts, more than `port`. True for `PORT`.
   * When none is set and there is no `port`, the routine fails with an error that names them all.
   */
  readonly portFromEnv?: string | readonly string[] | true | undefined
}

/** The port to listen on, as things are in the environment now. A `TypeError` when that is none. */
export function resolvePort({ port, portFromEnv = [] }: PortOptions, env: NodeJS.ProcessEnv): number {
  const names = portFromEnv === true ? ['PORT'] : [portFromEnv].flat()
  const name = names.find((one) => env[one])
  if (name !== undefined) return checkPort(Number(env[name]), name, env[name])
  return checkPort(port ?? (names.length === 0 ? 0 : NaN), names.join(' or '))
}

/** Throws a `TypeError` that names `where` for what cannot be a port. */
export function checkPort(port: number, where: string, got: unknown = port): number {
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw refusal(`httpServer: ${where}`, '0 to 65535', got)
}
