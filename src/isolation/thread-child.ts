import { Worker } from 'node:worker_threads'
import { heapLimits } from './heap-limits.js'
import type { ChildListener, ChildOptions, IsolatedChild } from './isolated-child.js'
import type { FromChild, ToChild } from './messages.js'
import { packMessage } from './thread-message.js'

const ENTRY = new URL('./child/thread-entry.js', import.meta.url)

/**
 * A handler file in a thread of this process. V8 limits its heap; buffers are nobody's here, and native code that crashes takes the
 * whole process with it.
 */
export class ThreadChild implements IsolatedChild {
  readonly name: string
  readonly #worker: Worker

  constructor(options: ChildOptions, listener: ChildListener) {
    const { oldMib, semiSpaceMib } = heapLimits(options.memoryBytes)
    this.#worker = new Worker(ENTRY, {
      env: options.environment,
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: oldMib, maxYoungGenerationSizeMb: 3 * semiSpaceMib },
    })
    this.name = `thread ${this.#worker.threadId}`
    this.#listen(listener)
  }

  send(message: ToChild): void {
    this.#worker.postMessage(packMessage(message))
  }

  memoryBytes(): null {
    return null
  }

  hold(held: boolean): void {
    if (held) this.#worker.ref()
    else this.#worker.unref()
  }

  end(): void {
    this.kill()
  }

  kill(): void {
    void this.#worker.terminate()
  }

  #listen(listener: ChildListener): void {
    const failure: { error: Error | null } = { error: null }
    this.#worker.on('message', (message: FromChild) => listener.message(message))
    this.#worker.on('error', (error: NodeJS.ErrnoException) => (failure.error = error))
    for (const name of ['stdout', 'stderr'] as const) {
      this.#worker[name].setEncoding('utf8')
      this.#worker[name].on('data', (text: string) => listener.output(name, text))
    }
    this.#worker.on('exit', (code) => {
      const heapFull =
        failure.error !== null && 'code' in failure.error && failure.error.code === 'ERR_WORKER_OUT_OF_MEMORY'
      listener.ended({ code, signal: null, error: failure.error, heapFull })
    })
  }
}
