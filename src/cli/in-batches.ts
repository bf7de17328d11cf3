/** Ids handed to a store in one call: enough for a script, small enough that workers hardly wait behind it. */
const BATCH = 500

/** Makes calls of at most 500 ids each, one after the other, and joins their outcomes: outcome *i* belongs to id *i*. */
export async function inBatches<Outcome>(
  ids: readonly string[],
  call: (ids: readonly string[]) => Promise<readonly Outcome[]>,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  for (let start = 0; start < ids.length; start += BATCH) {
    outcomes.push(...(await call(ids.slice(start, start + BATCH))))
  }
  return outcomes
}
