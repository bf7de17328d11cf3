/** What a check of a store is about. */
export type DoctorCheck = 'schema' | 'index' | 'clock' | 'bloat' | 'snapshot'

/** Something that is wrong with a store. */
export interface DoctorFinding {
  readonly check: DoctorCheck
  readonly problem: string
  /** The statement or command that mends it; null: it is no statement, and `problem` says what to do. */
  readonly mend: string | null
}
