import { InvalidArgumentError, type Command } from 'commander'
import type { Clock } from '../model/clock.js'
import { UsageError } from './exit.js'
import type { LogPrinter } from './log-printer.js'
import { NO_MONITOR, type Monitor, type MonitorAddress } from './monitored.js'

/** What a command line says about its monitor. */
export interface MonitorOptions {
  readonly monitor?: MonitorAddress
  readonly metricsPrefix?: string
}

const PREFIX_DEFAULT = 'rota'

/** Declares the options of a service that can be watched; their values fit `MonitorOptions`. */
export function declareMonitor(command: Command): Command {
  return command
    .option(
      '--monitor <[host:]port>',
      'serve /metrics, /healthz and /readyz there; a port alone listens on all interfaces',
      addressArgument,
    )
    .option('--metrics-prefix <prefix>', 'what the names at /metrics begin with (default: rota)', prefixArgument)
}

/**
 * Runs a service with a monitor, when the command line asks for one. It listens before the service starts, so that a port that
 * is taken is told at once, and until the service has ended, so that its end can be watched. Resolves with what `run` gives.
 */
export async function withMonitor<T>(
  { monitor: address, metricsPrefix }: MonitorOptions,
  { clock, log }: { readonly clock: Clock; readonly log: LogPrinter },
  run: (monitor: Monitor) => Promise<T>,
): Promise<T> {
  if (address === undefined) {
    if (metricsPrefix !== undefined) throw new UsageError('--metrics-prefix: expected --monitor too')
    return run(NO_MONITOR)
  }
  const { startMonitor } = await import('./monitor.js')
  const monitor = await startMonitor({ address, prefix: metricsPrefix ?? PREFIX_DEFAULT, clock, log })
  try {
    return await run(monitor)
  } finally {
    await monitor.close()
  }
}

/** Reads `8080`, `127.0.0.1:8080` or `[::1]:8080`. */
function addressArgument(text: string): MonitorAddress {
  const [, bracketed, plain, digits = ''] = /^(?:(?:\[([^\]]+)\]|([^\s:]+)):)?(\d{1,5})$/.exec(text) ?? []
  const port = digits === '' ? NaN : Number(digits)
  if (!(port <= 65_535)) {
    const expected = 'expected PORT or HOST:PORT, such as 8080, 127.0.0.1:8080 or [::1]:8080'
    throw new InvalidArgumentError(`${expected}, got ${JSON.stringify(text)}`)
  }
  return { host: bracketed ?? plain ?? null, port }
}

/** What Prometheus takes as the beginning of a name; a colon is for its own rules. */
function prefixArgument(text: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(text)) return text
  const expected = 'expected 1 to 64 letters, digits and underscores, no digit first'
  throw new InvalidArgumentError(`${expected}, got ${JSON.stringify(text)}`)
}
