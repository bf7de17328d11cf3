import { type DeadlineOptions, withDeadline } from '../../async/deadline.js'
import { RotaError } from '../../model/errors.js'
import type { PgTx } from './client-types.js'

interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
  /** It may be refused for what it says, and then the transaction must go on as if it had not been sent. */
  readonly mayRefuse: boolean
}

/** Runs a statement that gives one JSON text in the transaction that a user has begun; one that is not answered in time rejects. */
export async function queryIn<T>(
  tx: PgTx,
  { text, values, mayRefuse }: Statement,
  bound: Omit<DeadlineOptions, 'signal'>,
): Promise<T> {
  const query = async (sql: string, given: readonly unknown[]): Promise<{ readonly rows: unknown[] }> =>
    withDeadline(bound, async () => tx.query(sql, [...given]))
  try {
    if (mayRefuse) await query('SAVEPOINT rota_call', [])
    const { rows } = await query(text, values)
    if (mayRefuse) await query('RELEASE SAVEPOINT rota_call', [])
    const [answer] = Object.values((rows[0] ?? {}) as Record<string, unknown>)
    return JSON.parse(String(answer)) as T
  } catch (error) {
    // Where the connection is gone there is nothing left to undo; where it does not answer, this would wait for it too.
    if (mayRefuse && !RotaError.is(error)) await query('ROLLBACK TO SAVEPOINT rota_call', []).catch(() => undefined)
    throw error
  }
}
