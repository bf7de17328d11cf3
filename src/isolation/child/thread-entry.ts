/**
 * The program of a child thread: all that is loaded before the handler's own file.
 */
import { parentPort } from 'node:worker_threads'
import { systemClock } from '../../time/system-clock.js'
import type { FromChild } from '../messages.js'
import { type ThreadMessage, unpackMessage } from '../thread-message.js'
import { HandlerHost } from './handler-host.js'
import { markWriter } from './mark-writer.js'

const port = parentPort
if (port === null) throw new TypeError('expected to be started by an isolated runner, got no channel to it')

const post = port.postMessage.bind(port)

// The port is rota's: what a handler sent through it would be taken for news about its attempt.
Object.defineProperty(port, 'postMessage', { value: ignore, configurable: true })

const exit = process.exit.bind(process)

const host = new HandlerHost(
  {
    send: (message: FromChild) => post(message),
    sendLast: (message: FromChild) => {
      post(message)
      exit(1)
    },
    mark: markWriter(),
  },
  systemClock,
)

process.setSourceMapsEnabled(true)
port.on('message', (message: ThreadMessage) => host.receive(unpackMessage(message)))
process.on('uncaughtException', (error) => host.crashed(error))
process.on('unhandledRejection', (reason) => host.crashed(reason))

/** Libraries that post to whoever started their thread mean somebody else. */
function ignore(): void {
  // see above
}
