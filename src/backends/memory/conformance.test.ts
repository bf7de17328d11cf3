import { describe, it } from 'vitest'
import { conformance } from '../../testing/conformance/conformance.js'
import { callFaults } from '../../testing/conformance/call-faults.js'
import { faultyBackend } from '../../testing/faulty-backend.js'
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
        // There is no driver to break; this proves at least that the suite knows how to look.
        faults: callFaults(faulty),
        destroy: async () => {},
      }
    },
  },
  { describe, it },
)
