import type { EdgeStore, JobEdges } from '../../port/edge-store.js'
import { EDGES_OF } from './statements/edges.js'
import type { Store } from './store.js'

type Edge = JobEdges['parents'][number]

export function createEdgeStore(store: Store): EdgeStore {
  return {
    async get(params) {
      const ids = JSON.stringify(params.ids)
      const found = new Map(params.ids.map((id) => [id, { parents: [] as Edge[], children: [] as Edge[] }]))
      const rows = await store.read(params, (session) => session.all(EDGES_OF, ids, ids))
      for (const [asked, isParent, id, runAnyway, resolved] of rows) {
        const edge: Edge = { id, otherwise: runAnyway === 1 ? 'run' : 'fail', resolved: resolved === 1 }
        const edges = found.get(asked)
        if (isParent === 1) edges?.parents.push(edge)
        else edges?.children.push(edge)
      }
      return params.ids.map((id) => found.get(id) ?? { parents: [], children: [] })
    },
  }
}
