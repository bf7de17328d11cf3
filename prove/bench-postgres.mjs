import { judgeTargets } from '../bench/targets-postgres.mjs'
import { benchProof } from './kit/bench-proof.mjs'

export const benchPostgres = benchProof({
  store: 'postgres',
  claims: 'the figures of the PostgreSQL column are reached, beside floor, graphile-worker and pg-boss in the same run',
  takes: '15 minutes, a server and 2 processes, 2 GB, 10 GB of disk; on a quiet machine, since it measures time',
  judge: judgeTargets,
})
