/** A mistake that was put into a config on purpose: which line it stands on, and how its message begins behind the place. */
export interface Mistake {
  readonly file: string
  readonly line: number
  readonly says: string
}

/** Behind a line that is wrong: how its message begins. Files of JSON with comments are their own list of what is expected. */
const MARK = /\/\/ ! (.+)$/

/** The mistakes that the lines of a file confess to. */
export function mistakesIn(file: string, text: string): readonly Mistake[] {
  return text.split('\n').flatMap((line, at) => {
    const says = MARK.exec(line)?.[1]
    return says === undefined ? [] : [{ file, line: at + 1, says }]
  })
}
