import type { EdgeStore, JobEdges } from '../../port/edge-store.js'
import { textsOf } from './arrays.js'
import type { Store } from './store.js'

const EDGES = `SELECT b.id, true, p.id, e.run_anyway, e.resolved, e.parent FROM {s}.bodies b
    JOIN {s}.edges e ON e.child = b.seq JOIN {s}.bodies p ON p.seq = e.parent WHERE b.id = ANY ($1)
  UNION ALL
  SELECT b.id, false, c.id, e.run_anyway, e.resolved, e.child FROM {s}.bodies b
    JOIN {s}.edges e ON e.parent = b.seq JOIN {s}.bodies c ON c.seq = e.child WHERE b.id = ANY ($1)
  ORDER BY 6`

type Edge = JobEdges['parents'][number]

export function createEdgeStore(store: Store): EdgeStore {
  return {
    async get(params) {
      const rows = await store.read(params, EDGES, [textsOf(params.ids)])
      const ends = new Map(params.ids.map((id) => [id, { parents: [] as Edge[], children: [] as Edge[] }]))
      for (const [id, isParent, other, anyway, resolved] of rows) {
        const end = ends.get(id ?? '')?.[isParent === 't' ? 'parents' : 'children']
        end?.push({ id: other ?? '', otherwise: anyway === 't' ? 'run' : 'fail', resolved: resolved === 't' })
      }
      return params.ids.map((id) => ends.get(id) ?? { parents: [], children: [] })
    },
  }
}
