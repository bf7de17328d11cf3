import { attemptMark } from '../attempt-mark.js'

/**
 * Writes marks behind whatever an attempt wrote. Bound before any handler is loaded: one that replaces `process.stdout.write`
 * still is marked.
 */
export function markWriter(): (id: number) => Promise<void> {
  const writers = [process.stdout, process.stderr].map((stream) => stream.write.bind(stream))
  return async (id) => {
    const mark = attemptMark(id)
    await Promise.all(writers.map((write) => new Promise<void>((resolve) => void write(mark, () => resolve()))))
  }
}
