import { EXIT } from './exit.js'
import type { Session } from './session.js'

/** What an outcome of an operation on one of several things means to people. */
export interface OutcomeWords {
  /** What is said of the thing: `cancelled`. */
  readonly says: string
  /** What was asked for has not happened: the command fails. */
  readonly fails?: boolean
}

/**
 * Prints what became of each of several things, on a line each or as JSON `[{ <key>, outcome }]`; failures go to stderr
 * in both cases. Answers with the exit code.
 */
export function reportOutcomes<Outcome extends string>(
  session: Session,
  what: { readonly noun: string; readonly key: 'id' | 'name' },
  outcomes: readonly (readonly [subject: string, outcome: Outcome])[],
  words: Readonly<Record<Outcome, OutcomeWords>>,
): number {
  if (session.json) session.out.json(outcomes.map(([subject, outcome]) => ({ [what.key]: subject, outcome })))
  let exitCode: number = EXIT.ok
  for (const [subject, outcome] of outcomes) {
    const { says, fails = false } = words[outcome]
    if (fails) {
      session.err.line({ text: 'rota: ', style: 'red' }, `${what.noun} ${subject}: ${says}`)
      exitCode = EXIT.failed
    } else if (!session.json) session.out.line(`${what.noun} ${subject}: ${says}`)
  }
  return exitCode
}

/** Pairs inputs with outcomes: outcome *i* belongs to input *i*. */
export function pairUp<Outcome>(
  subjects: readonly string[],
  outcomes: readonly Outcome[],
): readonly (readonly [string, Outcome])[] {
  return outcomes.map((outcome, index) => [subjects[index] ?? '', outcome])
}
