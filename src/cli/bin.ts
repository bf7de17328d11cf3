#!/usr/bin/env node
import { Interruption, type Host } from './host.js'
import { readVersion } from './version.js'

const argv = process.argv.slice(2)

// Nothing else is loaded for the version: it answers in the time that Node itself needs.
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-v')) {
  process.stdout.write(`${readVersion()}\n`)
} else {
  const { runCli } = await import('./run-cli.js')
  endQuietlyWithoutReader()
  // Whatever a task's module has left open must not keep a command that is done.
  process.exit(await runCli(argv, processHost()))
}

function processHost(): Host {
  const { stdin, stdout, stderr, env } = process
  return { stdin, stdout, stderr, env, signal: interruption() }
}

/** The first signal asks for an end, the second one takes it. */
function interruption(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      const reason = new Interruption(name)
      if (controller.signal.aborted) process.exit(reason.exitCode)
      controller.abort(reason)
    })
  }
  return controller.signal
}

/** The reader of a pipe has gone, as `head` does when it has enough: that is no failure. */
function endQuietlyWithoutReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0)
      throw error
    })
  }
}
