import { systemClock } from '../time/system-clock.js'
import { EXIT, reportError } from './exit.js'
import type { Host } from './host.js'
import { buildProgram } from './program.js'
import { Printer } from './render/printer.js'
import type { Connection, GlobalOptions, Session } from './session.js'
import { readVersion } from './version.js'

/** What commander throws to end a run that only printed help or the version. */
const HELP_CODES: ReadonlySet<unknown> = new Set(['commander.help', 'commander.helpDisplayed', 'commander.version'])

/** How wide help is where no terminal says how wide it is. */
const HELP_COLUMNS = 80

/**
 * Runs one `rota` command line (without `node` and the script) and resolves with its exit code:
 * 0 it worked, 1 it failed or was refused, 2 the command line was wrong, 130 and 143 it was interrupted.
 */
export async function runCli(argv: readonly string[], host: Host): Promise<number> {
  const out = new Printer(host.stdout, host.env)
  const err = new Printer(host.stderr, host.env)
  let exitCode: number = EXIT.ok
  const program = buildProgram({
    out,
    version: readVersion(),
    columns: out.columns ?? HELP_COLUMNS,
    run: async (options, body) => {
      exitCode = await withSession({ host, out, err, options }, body)
    },
  })
  try {
    await program.parseAsync(helpAsOption(argv), { from: 'user' })
  } catch (error) {
    if (!isHelp(error)) exitCode = reportError(error, err, host.env)
  }
  await Promise.all([out.flush(), err.flush()])
  return exitCode
}

/** `rota help task list` is `rota task list --help`. */
function helpAsOption(argv: readonly string[]): readonly string[] {
  return argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv
}

function isHelp(error: unknown): boolean {
  return error instanceof Error && 'code' in error && HELP_CODES.has(error.code)
}

interface SessionParts {
  readonly host: Host
  readonly out: Printer
  readonly err: Printer
  readonly options: GlobalOptions
}

async function withSession(parts: SessionParts, body: (session: Session) => Promise<number>): Promise<number> {
  const { host, out, err, options } = parts
  const clock = host.clock ?? systemClock
  let opened: Connection | undefined
  const warn = (message: string): void => err.line({ text: 'rota: ', style: 'yellow' }, message)
  try {
    return await body({
      host,
      clock,
      signal: host.signal,
      out,
      err,
      json: options.json === true,
      storeUrl: async (folder) => {
        const { chooseUrl } = await import('./choose-url.js')
        const { url, warning } = await chooseUrl(options, host.env, folder)
        if (warning !== null) warn(warning)
        return url
      },
      connect: async (store) => {
        const { connect } = await import('./connect.js')
        return (opened = await connect({ options, host, clock, store, warn }))
      },
    })
  } finally {
    await opened?.close()
  }
}
