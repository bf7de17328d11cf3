import { spawn } from 'node:child_process'
import type { Writable } from 'node:stream'

/**
 * Reads `+ PID` and `- PID`, and kills the groups that it was told of once nobody can write any more: then the program that started
 * them is gone. Nothing but words that every shell has.
 */
const SCRIPT = `trap '' HUP INT TERM
live=' '
while read -r what pid; do
  case "$what$live" in
    +*) live="$live$pid " ;;
    *" $pid "*) live="\${live%% $pid *} \${live#* $pid }" ;;
  esac
done
for pid in $live; do kill -9 "-$pid"; done`

/**
 * Ends children whose parent was killed. One that runs its event loop notices by itself; one that loops for ever does not, and would for
 * ever. One shell for all of them: a thread inside of each would double the cost of its start (50 ms and 8 MB, 2026-11-21, 2-core machine).
 */
class OrphanGuard {
  #shell: Writable | null = null

  add(pid: number): void {
    this.#shell ??= startShell()
    this.#shell.write(`+ ${pid}\n`)
  }

  delete(pid: number): void {
    this.#shell?.write(`- ${pid}\n`)
  }
}

/** One in a program, whatever it isolates. */
export const orphanGuard = new OrphanGuard()

function startShell(): Writable {
  const shell = spawn('/bin/sh', ['-c', SCRIPT], { env: {}, detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  shell.on('error', ignore)
  shell.stdin.on('error', ignore)
  shell.unref()
  const stdin = shell.stdin as Writable & { unref?: () => void } // a socket, which Node's types do not say
  stdin.unref?.()
  return shell.stdin
}

/** A system without a shell has no guard. */
function ignore(): void {
  // see above
}
