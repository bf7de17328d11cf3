import type { EdgeStore, JobEdges } from '../../port/edge-store.js'
import type { Handle } from './handle.js'
import type { MemoryState, StoredEdge } from './state.js'

export function createEdgeStore(handle: Handle): EdgeStore {
  return {
    async get(params) {
      return handle.read(params, (state) => params.ids.map((id) => edgesOf(state, id)))
    },
  }
}

function edgesOf(state: MemoryState, id: string): JobEdges {
  const job = state.jobs.get(id)
  const shown = (end: 'parent' | 'child', edge: StoredEdge): JobEdges['parents'][number] => ({
    id: edge[end].id,
    otherwise: edge.otherwise,
    resolved: edge.resolved,
  })
  return {
    parents: [...(job?.parents.values() ?? [])].map((edge) => shown('parent', edge)),
    children: [...(job?.children.values() ?? [])].map((edge) => shown('child', edge)),
  }
}
