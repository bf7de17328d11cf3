/** It is in no text that people print. */
const NUL = '\u0000'

/**
 * Output and messages travel on different ways. A mark in the output says where that of an attempt ends, so that each line gets into
 * the log of its own job.
 */
export function attemptMark(id: number): string {
  return `${NUL}rota:${id}${NUL}`
}

/** Finds the marks in what a child wrote. */
export const ATTEMPT_MARK = new RegExp(`${NUL}rota:(\\d+)${NUL}`)

/** No mark is longer: what may be the beginning of one waits for the rest. */
export const MARK_LENGTH_MAX = 24

/** Where a mark may begin that is not complete yet; the end of the text when there is none. */
export function startOfMark(text: string): number {
  const start = text.lastIndexOf(NUL)
  return start === -1 || text.length - start > MARK_LENGTH_MAX ? text.length : start
}
