import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { median, quantile } from './statistics.mjs'

const PAGE_BYTES = 4096
const FSYNCS = 300

/**
 * What a reader has to know of the machine to judge the figures; `folder` is on the disk that is measured.
 * @param {string} folder
 */
export function describeMachine(folder) {
  const fsyncMs = measureFsync(join(folder, 'fsync'))
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    fsync: `4 KiB appended and synced: median ${median(fsyncMs).toFixed(2)} ms, p99 ${quantile(fsyncMs, 0.99).toFixed(2)} ms`,
  }
}

/**
 * @param {string} file
 * @returns {number[]}
 */
function measureFsync(file) {
  const descriptor = openSync(file, 'w')
  const page = Buffer.alloc(PAGE_BYTES, 1)
  /** @type {number[]} */
  const took = []
  for (let n = 0; n < FSYNCS; n++) {
    writeSync(descriptor, page)
    const startedAt = performance.now()
    fsyncSync(descriptor)
    took.push(performance.now() - startedAt)
  }
  closeSync(descriptor)
  rmSync(file)
  return took
}
