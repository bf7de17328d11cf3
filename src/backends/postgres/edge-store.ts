import type { EdgeStore, JobEdges } from '../../port/edge-store.js'
import { textsOf } from './arrays.js'
import type { Store } from './store.js'

const EDGES = `SELECT b.id, true, p.id, e.run_anyway, e.resolved, e.parent FROM {s}.bodies b
    JOIN {s}.edges e ON e.child = b.seq JOIN {s}.bodies p ON p.seq = e.parent WHERE b.id = ANY ($1)
  UNION ALL
  SELECT b.id, false, c.id, e.run_anyway, e.resolved, e.child FROM {s}.bodies b
    JOIN {s}.edges e ON e.parent = b.seq JOIN {s}.bodies c ON c.seq = e.child WHERE b.id = ANY ($1)
  ORDER BY 6`

export function createEdgeStore(store: Store): EdgeStore {
  return {
    async get(params) {
      const rows = await store.read(params, EDGES, [textsOf(params.ids)])
      return params.ids.map((id): JobEdges => {
        const end = (isParent: string): JobEdges['parents'] =>
          rows
            .filter((row) => row[0] === id && row[1] === isParent)
            .map(([, , other, anyway, resolved]) => ({
              id: other ?? '',
              otherwise: anyway === 't' ? 'run' : 'fail',
              resolved: resolved === 't',
            }))
        return { parents: end('t'), children: end('f') }
      })
    },
  }
}
