import type { Command } from 'commander'
import type { GlobalOptions, Session } from './session.js'

/** A command as its file describes it: `Args` are what commander makes of its arguments, `Options` of its options. */
export interface CommandSpec<Args extends readonly unknown[], Options> {
  /** A paragraph for its help: what it does, and what is not obvious. */
  readonly description: string
  /** Command lines that work, each with what it does. */
  readonly examples: readonly (readonly [line: string, does: string])[]
  /** Declares arguments and options; their parsers refuse what is wrong, so that `run` gets what its types say. */
  declare?(command: Command): void
  /** Does it; the exit code, 0 when it returns none. */
  run(session: Session, options: Options, ...args: Args): Promise<number | void>
}

/** A command whose types are closed: it can be put onto commander and run. */
export interface CliCommand {
  attach(
    command: Command,
    run: (options: GlobalOptions, body: (session: Session) => Promise<number>) => Promise<void>,
  ): void
}

/** Makes a command of its description. The only place where commander's untyped values get the types that `declare` promises. */
export function defineCommand<Args extends readonly unknown[], Options>(spec: CommandSpec<Args, Options>): CliCommand {
  return {
    attach(command, run) {
      command.description(spec.description).addHelpText('after', examplesText(spec.examples))
      spec.declare?.(command)
      command.action(async () => {
        const args = command.processedArgs as unknown as Args
        const options = command.opts<Options & object>()
        await run(command.optsWithGlobals(), async (session) => (await spec.run(session, options, ...args)) ?? 0)
      })
    },
  }
}

function examplesText(examples: readonly (readonly [line: string, does: string])[]): string {
  return ['', 'Examples:', ...examples.map(([line, does]) => `  # ${does}\n  $ ${line}\n`)].join('\n').trimEnd()
}
