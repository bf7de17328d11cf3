import { SLOTS_PER_KIND, stateOfSlot } from './lanes.js'
import type { Session } from './session.js'
import {
  EARLY_LEASES,
  EDGE_PROBLEMS,
  KEY_PROBLEMS,
  MISPLACED,
  ORPHANS,
  RECOUNT,
  UNFOUND,
} from './statements/maintenance.js'
import { ALL_COUNTERS } from './statements/record.js'

/** Compares everything that is kept twice; see `Maintenance.verify`. Reads the whole file. */
export function verifyFile(session: Session, nameOf: (kind: number) => string): readonly string[] {
  return [
    ...counterProblems(session, nameOf),
    ...session
      .all(MISPLACED)
      .map(([id, places]) => (id === null ? 'a job in a state has no body' : `job "${id}" is in ${places} states`)),
    ...session.all(UNFOUND).map(([id]) => `job "${id}" is not found by its place`),
    ...session.all(KEY_PROBLEMS).map(([id, key]) => `unique key "${key}" and job "${id ?? 'nobody'}" do not agree`),
    ...session
      .all(EDGE_PROBLEMS)
      .map(([child, waits, edges]) => `job ${child} waits for ${waits} jobs, its edges say ${edges}`),
    ...session
      .all(ORPHANS)
      .flatMap(([place, rows]) => (rows > 0 ? [`${rows} rows of "${place}" belong to nobody`] : [])),
    ...session
      .all(EARLY_LEASES)
      .flatMap(([leases]) => (leases > 0 ? [`${leases} leases end before the bound that says none does`] : [])),
  ]
}

function counterProblems(session: Session, nameOf: (kind: number) => string): readonly string[] {
  const counted = new Map(session.all(RECOUNT))
  const problems: string[] = []
  for (const [slot, count, total] of session.all(ALL_COUNTERS)) {
    const found = counted.get(slot) ?? 0
    counted.delete(slot)
    const what = `${nameOf(Math.floor(slot / SLOTS_PER_KIND))}, ${stateOfSlot(slot) ?? 'no state'}`
    if (count !== found) problems.push(`counter of ${what} says ${count}, a recount ${found}`)
    if (total < count) problems.push(`counter of ${what} says ${count} now and ${total} ever`)
  }
  for (const [slot, found] of counted) problems.push(`slot ${slot} has no counter, a recount says ${found}`)
  return problems
}
