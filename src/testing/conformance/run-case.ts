import assert from 'node:assert/strict'
import type { Backend } from '../../port/backend.js'
import type { DurationMs } from '../../model/units.js'
import type { Case, Need } from './chapter.js'
import type { ConformanceTarget } from './target.js'
import { TestStore } from './test-store.js'

/** Runs one case on a store of its own; resolves with the reason when the store declares that the case means nothing for it. */
export async function runCase<Tx>(
  one: Case,
  create: () => Promise<ConformanceTarget<Tx>>,
  options: { readonly patienceMs?: DurationMs } = {},
): Promise<string | null> {
  const target = await create()
  try {
    const skipped = one.needs.map((need) => missing(need, target)).find((reason) => reason !== null)
    if (skipped !== undefined) return skipped
    await using store = await TestStore.open(target, create, options.patienceMs)
    await one.run(store)
    assert.deepEqual(await store.verify(), [], 'what the store counts and indexes must equal a recount')
    return null
  } finally {
    await target.backend.close()
    await target.destroy()
  }
}

/** Why a case must be skipped; null when the store has what it needs. Throws when it declares more than it gives. */
function missing<Tx>(need: Need, target: ConformanceTarget<Tx>): string | null {
  const { backend } = target
  switch (need) {
    case 'clock':
      return target.clock === null ? `the clock of ${backend.name} cannot be moved` : null
    case 'jump':
      return target.clock?.jump === undefined ? `the clock of ${backend.name} cannot be set back` : null
    case 'second':
      return given(backend, 'shared', 'second()', target.second)
    case 'transactions':
      return given(backend, 'transactions', 'beginTx()', target.beginTx)
    case 'no transactions':
      return backend.capabilities.transactions ? `${backend.name} takes transactions` : null
    case 'wakeups':
      assert.equal(
        backend.capabilities.wakeups === 'none',
        backend.wakeups === undefined,
        'wakeups must be as declared',
      )
      return backend.wakeups === undefined ? `${backend.name} gives no hints` : null
    case 'shared wakeups':
      return backend.capabilities.wakeups === 'shared' ? null : `hints of ${backend.name} reach no other process`
    case 'faults':
      return target.faults === undefined ? `the driver of ${backend.name} cannot be made to fail` : null
    case 'push':
      return target.push === undefined ? `nothing pushes jobs out of ${backend.name}` : null
  }
}

function given<Tx>(
  backend: Backend<Tx>,
  capability: 'shared' | 'transactions',
  what: string,
  value: unknown,
): string | null {
  if (value !== undefined) return null
  assert.equal(
    backend.capabilities[capability],
    false,
    `a store with capability "${capability}" must be tested with ${what}`,
  )
  return `${backend.name} is not ${capability === 'shared' ? 'shared' : 'open to transactions'}`
}
