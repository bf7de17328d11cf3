import type { FaultyBackend, InjectedFault } from '../faulty-backend.js'
import type { DriverFaults } from './target.js'

/**
 * Faults for a store whose driver nobody can break, or that has none: its calls themselves go wrong, each of them being one
 * call of the driver. Proves less than a broken driver does.
 */
export function callFaults({ inject }: FaultyBackend): DriverFaults {
  let armed: InjectedFault | undefined
  return {
    modes: ['before', 'after', 'hang'],
    arm({ nth, mode, onHit }) {
      armed = inject({ kind: mode === 'hang' ? 'hang-before' : `fail-${mode}`, nth, onHit })
    },
    disarm: () => armed?.remove(),
  }
}
