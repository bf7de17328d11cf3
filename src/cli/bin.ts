#!/usr/bin/env node
import { Interruption, type Fault, type Host } from './host.js'
import { readVersion } from './version.js'

const argv = process.argv.slice(2)

// Nothing else is loaded for the version: it answers in the time that Node itself needs.
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-v')) {
  process.stdout.write(`${readVersion()}\n`)
} else {
  muteSqliteNotice()
  const [{ runCli }, { endRequest }, { systemClock }] = await Promise.all([
    import('./run-cli.js'),
    import('../lifecycle/end-request.js'),
    import('../time/system-clock.js'),
  ])
  const { stdin, stdout, stderr, env } = process
  const host: Host = { stdin, stdout, stderr, env, signal: interruption(endRequest(systemClock)), onFault }
  // Whatever the module of a task has left open must not keep a command that is done.
  process.exit(await runCli(argv, host))
}

/** The first signal asks for an end, the next one takes it. */
function interruption(meaningOf: () => 'end' | 'echo' | 'now'): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      const reason = new Interruption(name)
      if (meaningOf() === 'now') process.exit(reason.exitCode)
      controller.abort(reason)
    })
  }
  // Not an end at once: a worker whose log has lost its reader still gives its jobs back.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      controller.abort(new Interruption(error.code === 'EPIPE' ? 'a closed pipe' : 'an output that fails'))
    })
  }
  return controller.signal
}

/** Without a listener Node ends the process at the first of them. */
function onFault(listener: (fault: Fault) => void): void {
  process.on('unhandledRejection', (error) => listener({ kind: 'unhandled rejection', error }))
  process.on('uncaughtException', (error) => listener({ kind: 'uncaught exception', error }))
}

/** Node 22 calls its SQLite experimental at each start, which whoever runs a command can do nothing about. */
function muteSqliteNotice(): void {
  const listeners = process.listeners('warning')
  process.removeAllListeners('warning')
  process.on('warning', (warning) => {
    if (warning.name === 'ExperimentalWarning' && warning.message.includes('SQLite')) return
    for (const listener of listeners) listener(warning)
  })
}
