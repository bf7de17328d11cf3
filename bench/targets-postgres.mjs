/** The figures that rota has to reach on PostgreSQL. */
import { atMost, backlogTarget, delay, judgeAll, rate, ratioTarget } from './judge.mjs'

/** @type {readonly import('./judge.mjs').Target[]} */
const TARGETS = [
  rate('process-100k', 'process, default settings', { atLeast: 35_000, floorThere: 67_000 }),
  ratioTarget('process-100k', 'process, to the floor', 'floor', 0.5),
  ratioTarget('process-100k', "process, to graphile-worker's best setting", 'graphile-best', 1.5),
  ratioTarget('process-100k', 'process, to graphile-worker as it comes', 'graphile', 15),
  atMost('process-100k', 'allCpuMsPerThousand', 'process, CPU ms of worker and server per 1,000', 30),
  rate('enqueue-in-flight', 'enqueue, 100 in flight', { atLeast: 40_000, floorThere: 63_700 }),
  ratioTarget('enqueue-in-flight', 'enqueue, 100 in flight, to graphile-worker', 'graphile', 40),
  ratioTarget('enqueue-in-flight', 'enqueue, 100 in flight, to pg-boss', 'pg-boss', 40),
  rate('enqueue-batches', 'enqueue, batches', { atLeast: 60_000, floorThere: 103_000 }),
  backlogTarget(0.75),
  delay('latency', 'p50Ms', 'idle latency p50, ms', { atMost: 2.5, floorThere: 1.9 }),
  delay('latency', 'p99Ms', 'idle latency p99, ms', { atMost: 8, floorThere: 8.6 }),
  atMost('growth', 'ratio', 'claim p50 in a large store, to one of 20,000', 1.5),
  // One beat in 10 s and nothing else; one more may fall into the minute.
  atMost('idle', 'callsPerMinute', 'idle worker, store calls in a minute', 7),
  atMost('idle', 'cpuPercent', 'idle worker, percent of a core', 0.2),
  // The scheduler leads, and a leader beats every 3.3 s (law 9).
  atMost('idle-both', 'callsPerMinute', 'idle worker and scheduler, store calls in a minute', 27),
]

/** @param {import('./rounds.mjs').Results} results */
export function judgeTargets(results) {
  return judgeAll(TARGETS, results)
}
