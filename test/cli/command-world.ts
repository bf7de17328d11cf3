import { memoryHandle } from '../../src/backends/memory/memory-backend.js'
import { newState } from '../../src/backends/memory/state.js'
import { Interruption } from '../../src/cli/host.js'
import type { Fault } from '../../src/cli/host.js'
import { runCli } from '../../src/cli/run-cli.js'
import type { Clock } from '../../src/model/clock.js'
import type { NewJob } from '../../src/model/job.js'
import type { ClaimedJob, Lease } from '../../src/model/lease.js'
import type { Backend } from '../../src/port/backend.js'
import { FakeClock } from '../../src/time/fake-clock.js'

/** How one run of the command is set up. */
export interface RunOptions {
  readonly stdin?: string
  /** Standard input, output and error are a terminal of so many columns. */
  readonly terminal?: number
  readonly env?: Readonly<Record<string, string>>
  /** Open what the URL names, and not the store of this world. */
  readonly realStore?: true
}

/** A run that goes on. */
export interface Running {
  readonly done: Promise<Ran>
  /** What has been printed so far. */
  stdout(): string
  /** Resolves when a text has been printed: until then the run may be loading its own modules, which takes real time. */
  printed(text: string): Promise<void>
  /** The same for standard error. */
  saidToUser(text: string): Promise<void>
  interrupt(signal?: 'SIGINT' | 'SIGTERM'): void
  /** An error that nobody catches; false: nobody listens, the process would be over. */
  fault(fault: Fault): boolean
}

/** A run that has ended. */
export interface Ran {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** One store in memory under a clock that a test moves, and the command in front of it. */
export class CommandWorld {
  readonly clock: FakeClock
  readonly #given: Clock | undefined
  readonly #state = newState()
  readonly backend: Backend
  readonly openedUrls: string[] = []
  /** Settles when a run has asked for its store: until then it is loading its own modules. */
  readonly opened: Promise<void>
  #tellOpened: () => void = () => undefined
  #made = 0
  #openingError: Error | undefined

  /** `clock` is for what waits for the machine itself, as for its file system; else time stands until the test moves it. */
  constructor(clock?: Clock) {
    this.clock = new FakeClock()
    this.#given = clock
    this.backend = memoryHandle(this.#state, this.clock)
    this.opened = new Promise((resolve) => (this.#tellOpened = resolve))
  }

  /** Runs a command line to its end: `'task list --json'`, or a list where an argument has blanks. */
  run(line: string | readonly string[], options?: RunOptions): Promise<Ran> {
    return this.start(line, options).done
  }

  /** The JSON document that a command line prints. */
  async json(line: string | readonly string[]): Promise<unknown> {
    const { stdout } = await this.run(typeof line === 'string' ? `${line} --json` : [...line, '--json'])
    return JSON.parse(stdout)
  }

  start(line: string | readonly string[], options: RunOptions = {}): Running {
    const argv = typeof line === 'string' ? line.split(' ').filter((word) => word !== '') : line
    const { terminal, stdin = '', env = { ROTA_URL: 'memory:' }, realStore } = options
    const stop = new AbortController()
    const listeners: ((fault: Fault) => void)[] = []
    const stdout = new TextSink(terminal)
    const stderr = new TextSink(terminal)
    const exitCode = runCli(argv, {
      stdin: Object.assign(chunksOf(stdin), { isTTY: terminal !== undefined }),
      stdout,
      stderr,
      env,
      signal: stop.signal,
      onFault: (listener) => void listeners.push(listener),
      clock: this.#given ?? this.clock,
      ...(realStore === true ? {} : { loadBackend: (url: string) => this.#load(url) }),
    })
    return {
      done: exitCode.then((code) => ({ exitCode: code, stdout: stdout.text, stderr: stderr.text })),
      stdout: () => stdout.text,
      printed: (text) => stdout.printed(text),
      saidToUser: (text) => stderr.printed(text),
      interrupt: (signal = 'SIGINT') => stop.abort(new Interruption(signal)),
      fault: (fault) => {
        for (const listener of listeners) listener(fault)
        return listeners.length > 0
      },
    }
  }

  async #load(url: string): Promise<Backend> {
    this.openedUrls.push(url)
    this.#tellOpened()
    if (this.#openingError !== undefined) throw this.#openingError
    return memoryHandle(this.#state, this.clock)
  }

  /** Lets every store fail to open from now on. */
  failOpening(error: Error): void {
    this.#openingError = error
  }

  /** Puts a job into the store; ids count up from `job-1`. */
  async add(job: Partial<NewJob> = {}): Promise<string> {
    const id = `job-${++this.#made}`
    const defaults = { id, task: 'invoice:send', queue: 'default', priority: 3, payload: null, headers: null } as const
    const waits = { due: { inMs: 0 }, deadline: null, maxTries: null, uniqueKey: null, tick: null, parents: [] }
    const [outcome] = await this.backend.jobs.enqueue({ jobs: [{ ...defaults, ...waits, ...job }] })
    return outcome!.id
  }

  /** Leases everything that is due, as a worker does. */
  async claim(tasks: readonly string[] = ['invoice:send'], queue = 'default'): Promise<readonly Lease[]> {
    const queues = [{ queue, limit: 100 }]
    const base = { workerId: 'worker-1', leaseMs: 30_000, tasks, limit: 100, suspects: false } as const
    return (await this.backend.jobs.claim({ ...base, queues, from: 'highest' })).leases
  }

  /** Adds a job and lets it fail for good with a stored error. */
  async addFailed(error: string, job: Partial<NewJob> = {}): Promise<ClaimedJob> {
    await this.add(job)
    const [lease] = await this.claim(job.task === undefined ? undefined : [job.task], job.queue)
    await this.backend.jobs.settle({
      settlements: [{ kind: 'fail', receipt: lease!.receipt, failure: 'exhausted', error, spendsTry: true }],
    })
    return lease!.job
  }
}

/** Collects what is written. */
class TextSink {
  readonly #looks = new Set<() => void>()
  text = ''
  readonly isTTY: boolean
  readonly columns: number | undefined

  constructor(columns: number | undefined) {
    this.isTTY = columns !== undefined
    this.columns = columns
  }

  write(text: string, done?: () => void): void {
    this.text += text
    for (const look of this.#looks) look()
    done?.()
  }

  printed(text: string): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.text.includes(text)) resolve()
      }
      this.#looks.add(look)
      look()
    })
  }
}

async function* chunksOf(text: string): AsyncGenerator<string> {
  if (text !== '') yield text
}
