import { hostname } from 'node:os'
import type { Clock, IdMaker, Random } from '../model/clock.js'
import { instanceIdOf } from '../model/instance-name.js'
import { keyProblem } from '../model/names.js'
import type { DurationInput } from '../model/policy.js'
import type { DurationMs } from '../model/units.js'
import type { Backend } from '../port/backend.js'
import type { NodeRecord } from '../port/control-store.js'
import { parseDuration } from '../time/duration.js'
import { uuidMaker } from '../time/ids.js'
import { systemRandom } from '../time/random.js'
import { systemClock } from '../time/system-clock.js'
import { makeTell, type SchedulerEvent, type SchedulerLogger } from './scheduler-event.js'

/** How a scheduler fires. */
export interface SchedulerOptions {
  /** Where the schedules are; open. The scheduler does not close it. */
  readonly backend: Backend
  /** How often to look for new schedules where the store cannot tell of them. @defaultValue `'1 second'` */
  readonly pollInterval?: DurationInput | undefined
  /** How long one call to the store may take. @defaultValue `'15 seconds'` */
  readonly callTimeout?: DurationInput | undefined
  /**
   * What people call this scheduler: logs, the registry and the election show it. It need not be unique.
   * @defaultValue its id, which is
   */
  readonly name?: string | undefined
  /** What the registry says about this process. @defaultValue its host, its pid, and an id that no other scheduler has */
  readonly node?: Partial<Pick<NodeRecord, 'id' | 'host' | 'pid'>> | undefined
  /** Hears of every tick that was fired or skipped, and of trouble. */
  readonly onEvent?: ((event: SchedulerEvent) => void) | undefined
  readonly logger?: SchedulerLogger | undefined
  readonly clock?: Clock | undefined
  readonly random?: Random | undefined
  readonly ids?: IdMaker | undefined
}

/** Options with every default filled in, checked, and every length in milliseconds. */
export interface ResolvedSchedulerOptions {
  readonly backend: Backend
  readonly pollMs: DurationMs
  readonly callTimeoutMs: DurationMs
  /** What it is called in events. */
  readonly name: string
  /** Who holds its locks: no other scheduler, whatever it is called. */
  readonly holder: string
  readonly node: Pick<NodeRecord, 'id' | 'host' | 'pid'>
  readonly tell: (event: SchedulerEvent) => void
  readonly clock: Clock
  readonly random: Random
}

/** Fills in and checks; the only reader of raw options. Throws a `TypeError` that says what was expected and what came. */
export function resolveSchedulerOptions(options: SchedulerOptions): ResolvedSchedulerOptions {
  const { backend, clock = systemClock, random = systemRandom, node = {} } = options
  const problem = options.name === undefined ? null : keyProblem('scheduler: name', options.name)
  if (problem !== null) throw new TypeError(problem)
  const ids = options.ids ?? uuidMaker(clock, random)
  const holder = instanceIdOf(options.name ?? node.id, ids.next())
  return Object.freeze({
    backend,
    pollMs: parseDuration(options.pollInterval ?? '1 second', 'scheduler: pollInterval', { minMs: 1 }),
    callTimeoutMs: parseDuration(options.callTimeout ?? '15 seconds', 'scheduler: callTimeout', { minMs: 1 }),
    name: options.name ?? node.id ?? holder,
    holder,
    node: { id: node.id ?? holder, host: node.host ?? hostname(), pid: node.pid ?? process.pid },
    tell: makeTell(options.onEvent, options.logger),
    clock,
    random,
  })
}
