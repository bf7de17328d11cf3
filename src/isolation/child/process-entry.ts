/**
 * The program of a child process: all that is loaded before the handler's own file. It ends with its parent, however that ends.
 */
import { systemClock } from '../../time/system-clock.js'
import type { FromChild, ToChild } from '../messages.js'
import { HandlerHost } from './handler-host.js'
import { markWriter } from './mark-writer.js'

const send = process.send?.bind(process)
if (send === undefined) throw new TypeError('expected to be started by an isolated runner, got no channel to it')

// The channel is rota's: what a handler sent through it would be taken for news about its attempt.
Object.defineProperty(process, 'send', { value: undefined, configurable: true })

const exit = process.exit.bind(process)

const host = new HandlerHost(
  {
    send: (message: FromChild) => void send(message, undefined, undefined, ignore),
    sendLast: (message: FromChild) => void send(message, undefined, undefined, () => exit(1)),
    mark: markWriter(),
  },
  systemClock,
)

process.setSourceMapsEnabled(true)
process.on('message', (message: ToChild) => host.receive(message))
process.on('disconnect', () => {
  // What the handler has started ends with it. It leads a group of processes, where there are such.
  process.on('exit', () => process.platform !== 'win32' && process.kill(-process.pid, 'SIGKILL'))
  exit(0)
})
process.on('uncaughtException', (error) => host.crashed(error))
process.on('unhandledRejection', (reason) => host.crashed(reason))

/** A message that cannot be sent has lost its parent, and 'disconnect' says so. */
function ignore(): void {
  // see above
}
