import { describe, it } from 'vitest'
import { conformance } from '../../testing/conformance/conformance.js'
import type { DriverFaults, FaultMode } from '../../testing/conformance/target.js'
import { faultyBackend, type FaultKind, type FaultyBackend, type InjectedFault } from '../../testing/faulty-backend.js'
import { FakeClock } from '../../time/fake-clock.js'
import { memoryHandle } from './memory-backend.js'
import { newState } from './state.js'

conformance(
  {
    name: 'memory',
    async create() {
      const clock = new FakeClock()
      const state = newState()
      const faulty = faultyBackend(memoryHandle(state, clock))
      return {
        backend: faulty.backend,
        clock,
        second: async () => memoryHandle(state, clock),
        faults: faultsOf(faulty),
        destroy: async () => {},
      }
    },
  },
  { describe, it },
)

/** Memory has no driver: its calls themselves are made to fail, which proves at least that the suite knows how to look. */
function faultsOf({ inject }: FaultyBackend): DriverFaults {
  const kinds: Readonly<Record<FaultMode, FaultKind>> = {
    before: 'fail-before',
    after: 'fail-after',
    hang: 'hang-before',
  }
  let armed: InjectedFault | undefined
  return {
    modes: ['before', 'after', 'hang'],
    arm: ({ nth, mode, onHit }) => (armed = inject({ kind: kinds[mode], nth, onHit })),
    disarm: () => armed?.remove(),
  }
}
