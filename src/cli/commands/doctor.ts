import type { PostgresPlace } from '../../app/backend-url.js'
import type { DoctorFinding } from '../../backends/postgres/doctor-finding.js'
import { checkFileExists, sqliteFile } from '../connect.js'
import { databaseOf } from '../database-of.js'
import { defineCommand } from '../define-command.js'
import { EXIT } from '../exit.js'
import { redactSecrets } from '../redact.js'
import type { Session } from '../session.js'

interface Finding extends Omit<DoctorFinding, 'check'> {
  readonly check: DoctorFinding['check'] | 'integrity' | 'records'
}

interface Options {
  readonly schema?: string
  readonly deep?: true
}

export const command = defineCommand<[], Options>({
  description:
    'Finds what is wrong with a store, and says what mends it. PostgreSQL: schema and indexes that are not as this version makes them, clocks that differ, bloat, and whoever holds an old snapshot; --deep compares all records too. SQLite: the integrity of the file and all its records. Changes nothing. The exit code is 1 when there is a finding.',
  examples: [
    ['rota doctor', 'look, and print what is wrong with what mends it'],
    ["rota doctor --json | jq -r '.findings[].mend'", 'only the statements'],
  ],
  declare: (command) =>
    command
      .option('--schema <name>', 'another schema than the one that the URL names')
      .option('--deep', 'compare all records of a PostgreSQL store, however many there are'),
  async run(session, { schema, deep = false }) {
    const url = await session.storeUrl()
    const place = databaseOf(url, schema)
    const findings = place === null ? await examineFile(session, url) : await examineDatabase(session, place, deep)
    if (session.json) session.out.json({ url: redactSecrets(url), healthy: findings.length === 0, findings })
    else printFindings(session, redactSecrets(url), findings)
    return findings.length === 0 ? EXIT.ok : EXIT.failed
  },
})

async function examineDatabase(session: Session, place: PostgresPlace, deep: boolean): Promise<readonly Finding[]> {
  const { examinePostgres } = await import('../../backends/postgres/doctor.js')
  const { clock, signal } = session
  const findings = await examinePostgres({ ...place, clock, signal })
  if (!deep || findings.some(({ check }) => check === 'schema')) return findings
  const { postgres } = await import('../../backends/postgres/postgres-backend.js')
  // It reads as long as it takes.
  const backend = postgres({ ...place, migrate: false, listen: false, callTimeoutMs: 600_000 })
  try {
    await backend.open({ signal })
    return [...findings, ...recordFindings(await backend.maintenance.verify({ signal }))]
  } finally {
    await backend.close()
  }
}

async function examineFile(session: Session, url: string): Promise<readonly Finding[]> {
  const file = sqliteFile(url)
  await checkFileExists(url)
  if (file !== null) {
    const { checkIntegrity } = await import('../../backends/sqlite/doctor.js')
    const problems = await checkIntegrity(file)
    const mend = `sqlite3 ${JSON.stringify(file)} ".recover" | sqlite3 recovered.db`
    // What a damaged file says of its records is worth nothing.
    if (problems.length > 0) return problems.map((problem) => ({ check: 'integrity', problem, mend }))
  }
  const { backend } = await session.connect('existing')
  return recordFindings(await backend.maintenance.verify({ signal: session.signal }))
}

function recordFindings(problems: readonly string[]): readonly Finding[] {
  return problems.map((problem) => ({ check: 'records', problem, mend: null }))
}

function printFindings({ out }: Session, url: string, findings: readonly Finding[]): void {
  if (findings.length === 0) return out.line(`${url}: healthy`)
  for (const { check, problem, mend } of findings) {
    out.line({ text: `${check}: `, style: 'yellow' }, problem)
    if (mend !== null) for (const line of mend.trimEnd().split('\n')) out.line(`    ${line}`)
  }
}
