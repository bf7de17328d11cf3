import { Command } from 'commander'
import { COMMANDS, type CommandNode } from './command-table.js'
import type { CliCommand } from './define-command.js'
import type { Printer } from './render/printer.js'

const EXAMPLES = `
Examples:
  $ rota work dist/tasks.js --queue mail=10
  $ rota task add invoice:send '{"invoiceId":"in_1"}' --queue mail
  $ rota task list --state failed
  $ rota task cron add nightly '0 3 * * *' report:make --tz Europe/Amsterdam
  $ rota info --url sqlite:shop.db

rota COMMAND --help shows the options and more examples of each command.`

/** What the program needs of its caller. */
export interface ProgramParts {
  readonly out: Printer
  readonly version: string
  /** How wide help is. */
  readonly columns: number
  readonly run: Parameters<CliCommand['attach']>[1]
}

/**
 * Builds the command tree. A command's file is loaded when commander has found out that it is the one, before it parses the
 * command's own arguments: no run pays for a command that it does not use.
 */
export function buildProgram(parts: ProgramParts): Command {
  const program = new Command('rota')
    .description('The task system for TypeScript: enqueue, run, schedule and watch jobs.')
    .option(
      '-u, --url <url>',
      'where the jobs are, such as sqlite:rota.db (default: $ROTA_URL, or that of the nearest rota.json)',
    )
    .option(
      '--context <name>',
      'a URL by its name in rota.json or ~/.config/rota/contexts.json (default: $ROTA_CONTEXT)',
    )
    .option('--json', 'print JSON instead of tables')
    .version(parts.version, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'show help; each command has its own')
    .helpCommand(false)
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true, subcommandTerm: (command) => command.name() })
    .configureOutput({
      writeOut: (text) => parts.out.lines(text),
      writeErr: (text) => parts.out.lines(text),
      outputError: () => undefined, // reportError prints it, like every other error
      getOutHelpWidth: () => parts.columns,
      getErrHelpWidth: () => parts.columns,
    })
  addCommands(program, COMMANDS, parts)
  return program
}

function addCommands(parent: Command, nodes: readonly CommandNode[], parts: ProgramParts): void {
  for (const node of nodes) {
    const child = parent.command(node.name).summary(node.summary)
    if (!('load' in node)) addCommands(child.description(node.description).helpCommand(false), node.commands, parts)
  }
  parent.hook('preSubcommand', async (_parent, subcommand) => {
    const node = nodes.find(({ name }) => name === subcommand.name())
    if (node === undefined || !('load' in node)) return
    const { command } = await node.load()
    command.attach(subcommand, parts.run)
  })
}
