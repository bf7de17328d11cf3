import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Alarm } from '../async/alarm.js'
import type { Clock } from '../model/clock.js'
import { heapLimits } from './heap-limits.js'
import type { ChildEnd, ChildListener, ChildOptions, IsolatedChild } from './isolated-child.js'
import { MemoryGauge } from './memory-gauge.js'
import type { FromChild, ToChild } from './messages.js'
import { orphanGuard } from './orphan-guard.js'

const ENTRY = fileURLToPath(new URL('./child/process-entry.js', import.meta.url))

/** Groups of processes are known to POSIX; a child that leads one takes what it started along, and hears no Ctrl-C of the terminal. */
const HAS_GROUPS = process.platform !== 'win32'

/** After the end of a process something that it started may hold its output open. */
const OUTPUT_CLOSES_WITHIN_MS = 500

/** The last words of V8 fit into this many characters. */
const LAST_WORDS_LENGTH = 4096

/** A handler file in a process of its own. */
export class ProcessChild implements IsolatedChild {
  readonly name: string
  readonly #child: ChildProcess
  readonly #gauge: MemoryGauge | null
  readonly #listener: ChildListener
  readonly #outputLate: Alarm
  #lastWords = ''
  #exit: Pick<ChildEnd, 'code' | 'signal' | 'error'> | null = null
  #isOver = false

  constructor(options: ChildOptions, listener: ChildListener, clock: Clock) {
    this.#listener = listener
    this.#outputLate = new Alarm(clock, () => this.#giveUpOutput())
    this.#child = spawn(process.execPath, [...flags(options.memoryBytes), ENTRY], {
      cwd: options.folder,
      env: options.environment,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
      detached: HAS_GROUPS,
      windowsHide: true,
    })
    this.name = `process ${this.#child.pid ?? '(not started)'}`
    this.#gauge = this.#child.pid === undefined ? null : MemoryGauge.of(this.#child.pid)
    if (HAS_GROUPS && this.#child.pid !== undefined) orphanGuard.add(this.#child.pid)
    this.#listen()
  }

  send(message: ToChild): void {
    if (!this.#child.connected) return // its end is on its way to us
    this.#child.send(message, undefined, undefined, ignore)
  }

  memoryBytes(): number | 'ask' | null {
    return this.#gauge === null ? 'ask' : this.#gauge.readBytes()
  }

  hold(held: boolean): void {
    const { channel, stdout, stderr } = this.#child
    for (const handle of [this.#child, channel, stdout, stderr] as readonly (Holdable | null | undefined)[]) {
      if (held) handle?.ref?.()
      else handle?.unref?.()
    }
  }

  end(): void {
    if (this.#child.connected) this.#child.disconnect()
  }

  kill(): void {
    if (this.#exit === null && !this.#killGroup()) this.#child.kill('SIGKILL')
  }

  #listen(): void {
    this.#child.on('message', (message) => this.#listener.message(message as FromChild))
    for (const name of ['stdout', 'stderr'] as const) {
      const stream = this.#child[name]
      stream?.setEncoding('utf8')
      stream?.on('data', (text: string) => {
        if (name === 'stderr') this.#lastWords = (this.#lastWords + text).slice(-LAST_WORDS_LENGTH)
        this.#listener.output(name, text)
      })
    }
    this.#child.on('error', (error) => {
      if (this.#child.pid === undefined) this.#over({ code: null, signal: null, error })
    })
    this.#child.on('exit', (code, signal) => this.#exited(code, signal))
    this.#child.on('close', () => this.#over(this.#exit ?? { code: null, signal: null, error: null }))
  }

  #exited(code: number | null, signal: string | null): void {
    this.#exit = { code, signal, error: null }
    this.#killGroup() // what it has started ends with it
    if (HAS_GROUPS && this.#child.pid !== undefined) orphanGuard.delete(this.#child.pid)
    this.#outputLate.setWithin(OUTPUT_CLOSES_WITHIN_MS)
  }

  #giveUpOutput(): void {
    this.#child.stdout?.destroy()
    this.#child.stderr?.destroy()
    this.#over(this.#exit ?? { code: null, signal: null, error: null })
  }

  #over(exit: Pick<ChildEnd, 'code' | 'signal' | 'error'>): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#outputLate.cancel()
    this.#gauge?.close()
    const heapFull = exit.signal === 'SIGABRT' && this.#lastWords.includes('JavaScript heap out of memory')
    this.#listener.ended({ ...exit, heapFull })
  }

  #killGroup(): boolean {
    if (!HAS_GROUPS || this.#child.pid === undefined) return false
    try {
      return process.kill(-this.#child.pid, 'SIGKILL')
    } catch {
      return false // nobody is left in it
    }
  }
}

/** Streams of child processes are sockets, which Node's types do not say. */
interface Holdable {
  ref?(): void
  unref?(): void
}

function flags(memoryBytes: number): readonly string[] {
  const { oldMib, semiSpaceMib } = heapLimits(memoryBytes)
  return [`--max-old-space-size=${oldMib}`, `--max-semi-space-size=${semiSpaceMib}`]
}

/** A message that does not arrive has lost its child, whose end says more. */
function ignore(): void {
  // see above
}
