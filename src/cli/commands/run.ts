import { abortable } from '../../async/abortable.js'
import type { Tasker } from '../../tasker/tasker.js'
import { isUnhandled } from '../../tasker/unhandled.js'
import { defineCommand } from '../define-command.js'
import { EXIT, FailedError } from '../exit.js'
import { loadTasker } from '../load-tasker.js'
import { parseJsonText, readTextFile, readTextInput } from '../read-json.js'
import type { Session } from '../session.js'

interface Options {
  readonly event: string
  readonly tasks?: string
  readonly pretty?: true
}

export const command = defineCommand<[], Options>({
  description:
    'Hands one event to the Tasker that a module exports, as Lambda would, and prints what its handler returns as JSON. No store is opened. ' +
    'Ends with 1 when the handler throws, when nobody handles the event, and when it is malformed. An event of a rule with input is the bare input: {"_taskName":"test","foo":"bar"}.',
  examples: [
    ['rota run --event event.json --tasks dist/tasker.js', 'one event from a file'],
    [
      `echo '{"_taskName":"test"}' | rota run --event - --pretty`,
      'from standard input, with dist/tasker.js or the like',
    ],
  ],
  declare: (command) =>
    command
      .requiredOption('--event <file>', 'JSON of the event; - is standard input')
      .option('--tasks <module>', 'file that exports a Tasker (default: tasker.js or tasks.js, here or in dist)')
      .option('--pretty', 'print the result on several lines'),
  async run(session, { event, tasks, pretty }) {
    const given = await readEvent(event, session)
    const tasker = await loadTasker(tasks)
    const result = await handle(tasker, given, session.signal)
    if (result !== undefined) print(session, result, pretty === true)
    return isUnhandled(result) && result.reason !== 'warm-up' ? EXIT.failed : EXIT.ok
  },
})

async function readEvent(path: string, { host }: Session): Promise<unknown> {
  return parseJsonText(path === '-' ? await readTextInput(host.stdin, 'event') : await readTextFile(path, 'event'))
}

/** What a handler throws is for its author to put right, and no fault of ours. */
async function handle(tasker: Tasker<unknown>, event: unknown, signal: AbortSignal): Promise<unknown> {
  try {
    return await abortable(tasker.handler(event, { signal }), signal)
  } catch (error) {
    if (signal.aborted) throw signal.reason
    throw new FailedError(error instanceof Error ? `${error.name}: ${error.message}` : `thrown: ${String(error)}`, {
      cause: error,
    })
  }
}

function print({ out }: Session, result: unknown, pretty: boolean): void {
  try {
    // A function is no JSON, and JSON.stringify does not mind.
    if (JSON.stringify(result) === undefined) throw new TypeError(`got a ${typeof result}`)
    if (pretty) out.json(result)
    else out.jsonLine(result)
  } catch (cause) {
    throw new FailedError(`the handler has returned what JSON cannot show: ${String(cause)}`, { cause })
  }
}
