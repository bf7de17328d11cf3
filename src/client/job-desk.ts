import type { Clock } from '../model/clock.js'
import type { Connection } from './connection.js'
import { JobControl } from './job-control.js'
import { JobReader } from './job-reader.js'
import { Results } from './results.js'
import { type JobChange, watchChanges, type WatchOptions } from './watch.js'
import { listWorkers, type WorkerView } from './workers.js'

/** Everything that a client does with jobs but enqueue them: together, so that a program that only enqueues does not load it. */
export class JobDesk<Tx> {
  readonly reader: JobReader<Tx>
  readonly control: JobControl<Tx>
  readonly results: Results<Tx>
  readonly #connection: Connection<Tx>
  readonly #clock: Clock

  constructor(connection: Connection<Tx>, clock: Clock) {
    this.#connection = connection
    this.#clock = clock
    this.reader = new JobReader(connection, clock)
    this.control = new JobControl(connection, clock)
    this.results = new Results(connection, clock)
  }

  watch(options: WatchOptions): AsyncGenerator<JobChange, void, undefined> {
    return watchChanges(this.#connection, this.#clock, options)
  }

  workers(signal: AbortSignal | undefined): Promise<readonly WorkerView[]> {
    return listWorkers(this.#connection, signal)
  }
}
