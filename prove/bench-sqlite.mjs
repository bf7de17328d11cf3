import { judgeTargets } from '../bench/targets.mjs'
import { benchProof } from './kit/bench-proof.mjs'

export const benchSqlite = benchProof({
  store: 'sqlite',
  claims: 'the figures of the SQLite column are reached, beside floor and plainjob in the same run',
  takes: '30 minutes, up to 5 processes, 1.5 GB, 10 GB of disk; on a quiet machine, since it measures time',
  judge: judgeTargets,
})
