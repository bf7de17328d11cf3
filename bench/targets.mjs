/** The figures that rota has to reach on SQLite. */
import { atMost, backlogTarget, delay, judgeAll, rate, ratioTarget } from './judge.mjs'

/** @type {readonly import('./judge.mjs').Target[]} */
const TARGETS = [
  rate('process-100k', 'process, default settings', { atLeast: 60_000, floorThere: 114_000 }),
  ratioTarget('process-100k', 'process, to the floor', 'floor', 0.4),
  ratioTarget('process-100k', 'process, to plainjob', 'plainjob', 6),
  atMost('process-100k', 'cpuMsPerThousand', 'process, CPU ms per 1,000', 15),
  rate('enqueue-in-flight', 'enqueue, 100 in flight', { atLeast: 100_000, floorThere: 155_000 }),
  rate('enqueue-batches', 'enqueue, batches', { atLeast: 150_000, floorThere: 298_000 }),
  backlogTarget(0.85),
  delay('latency', 'p50Ms', 'idle latency p50, ms', { atMost: 1, floorThere: 1.24 }),
  delay('latency', 'p99Ms', 'idle latency p99, ms', { atMost: 3, floorThere: 2.5 }),
  atMost('growth', 'ratio', 'claim p50 in a full store, to one of 20,000', 1.5),
  // One beat in 10 s and nothing else; one more may fall into the minute.
  atMost('idle', 'callsPerMinute', 'idle worker, store calls in a minute', 7),
  atMost('idle', 'cpuPercent', 'idle worker, percent of a core', 0.2),
  // The scheduler leads, and a leader beats every 3.3 s (law 9).
  atMost('idle-both', 'callsPerMinute', 'idle worker and scheduler, store calls in a minute', 27),
  atMost('lag', 'lagMaxMs', 'event-loop lag while four processes write, ms', 20),
]

/** @param {import('./rounds.mjs').Results} results */
export function judgeTargets(results) {
  return judgeAll(TARGETS, results)
}
