import type { Command } from 'commander'
import { UsageError } from './exit.js'

/** Refuses more arguments than a command has: where one of them is an expression, the shell has most often cut it at its blanks. */
export function expectQuoted(command: Command): Command {
  return command.allowExcessArguments().hook('preAction', (_, { args, registeredArguments }) => {
    const most = registeredArguments.length
    if (args.length <= most) return
    const expected = `expected ${most === 1 ? 'one argument' : `at most ${most} arguments`}, got ${args.length}`
    throw new UsageError(`${expected}; an expression with blanks or stars stands in quotes, such as '0 8 * * *'`)
  })
}
