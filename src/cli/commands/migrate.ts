import type { PostgresPlace } from '../../app/backend-url.js'
import type { Migration } from '../../backends/postgres/migrate-schema.js'
import { numberArgument, wordArgument } from '../arguments.js'
import { confirm } from '../confirm.js'
import { databaseOf } from '../database-of.js'
import { defineCommand } from '../define-command.js'
import { EXIT, UsageError } from '../exit.js'
import { redactSecrets } from '../redact.js'
import type { Session } from '../session.js'

/** No schema has so many versions, and a larger number is a typing error. */
const VERSION_MAX = 999

interface Options {
  readonly to?: number
  readonly from?: number
  readonly schema?: string
  readonly dryRun?: true
  readonly force?: true
}

/** Which way to go; null: the database is not asked where it stands. */
interface Target extends Options {
  readonly place: PostgresPlace
  readonly direction: Direction
}

type Direction = 'up' | 'down'

export const command = defineCommand<[direction: Direction], Options>({
  description:
    'Brings the schema of a PostgreSQL store up to date, or one version down, in one transaction; safe while programs of either version run, and from several processes at one time. --dry-run prints the statements instead. SQLite and memory stores need none: they are brought up to date whenever they are opened.',
  examples: [
    ['rota migrate -u postgres://localhost/shop', 'make the schema, or bring it up to date'],
    ['rota migrate --dry-run', 'print what that would run, for people who run it themselves'],
    ['rota migrate --dry-run --from 0', 'print the whole schema without asking the database'],
    ['rota migrate down --to 0', 'remove the schema with everything in it; asks first'],
  ],
  declare: (command) =>
    command
      .argument('[direction]', 'up or down', wordArgument(['up', 'down']), 'up')
      .option('--to <version>', 'the version to go to', numberArgument(0, VERSION_MAX))
      .option('--from <version>', 'the version to begin at, with --dry-run', numberArgument(0, VERSION_MAX))
      .option('--schema <name>', 'another schema than the one that the URL names')
      .option('--dry-run', 'print the statements, change nothing')
      .option('-f, --force', 'do not ask before going down'),
  async run(session, options, direction) {
    if (options.from !== undefined && options.dryRun !== true) throw new UsageError('--from needs --dry-run')
    const url = await session.storeUrl()
    const place = databaseOf(url, options.schema)
    if (place === null) return nothingToDo(session, url)
    return migrate(session, { ...options, place, direction })
  },
})

function nothingToDo(session: Session, url: string): number {
  if (session.json) session.out.json({ schema: null, from: null, to: null, sql: '' })
  else
    session.out.line(
      `${redactSecrets(url)} needs no migration: its schema is brought up to date whenever it is opened.`,
    )
  return EXIT.ok
}

async function migrate(session: Session, target: Target): Promise<number> {
  const { migratePostgres } = await import('../../backends/postgres/migrate-schema.js')
  const { place, direction, dryRun, force } = target
  const plan = await makePlan(session, target)
  if (direction === 'up' ? plan.to < plan.from : plan.to > plan.from) {
    throw new UsageError(`--to ${plan.to}: the schema has version ${plan.from}, which is not ${direction}`)
  }
  if (dryRun === true) return printPlan(session, place.schema, plan)
  if (plan.sql !== '') {
    const question = `Take schema "${place.schema}" from version ${plan.from} down to ${plan.to}? What the newer one keeps is lost.`
    if (direction === 'down' && !(await confirm(session, question, force))) return EXIT.failed
    await migratePostgres({ ...place, to: plan.to, signal: session.signal })
  }
  const { from, to } = plan
  if (session.json) session.out.json({ schema: place.schema, from, to, sql: plan.sql })
  else if (from === to) session.out.line(`Schema "${place.schema}" has version ${to} already.`)
  else session.out.line(`Schema "${place.schema}" went from version ${from} to ${to}.`)
  return EXIT.ok
}

async function makePlan(session: Session, { place, direction, from: given, to }: Target): Promise<Migration> {
  const { migratePostgres } = await import('../../backends/postgres/migrate-schema.js')
  const { migrationSql, SCHEMA_VERSION } = await import('../../backends/postgres/migrations/migrate.js')
  const dryRun = { ...place, dryRun: true, signal: session.signal }
  const from = given ?? (await migratePostgres(dryRun)).from
  const target = to ?? (direction === 'up' ? SCHEMA_VERSION : Math.max(0, from - 1))
  if (Math.max(from, target) > SCHEMA_VERSION) {
    throw new UsageError(`this program knows the versions 0 to ${SCHEMA_VERSION}, got ${Math.max(from, target)}`)
  }
  return { from, to: target, sql: migrationSql(place.schema, from, target) }
}

/** As `migrate` runs it: whole or not at all, and never beside another one. */
async function printPlan(session: Session, schema: string, { from, to, sql }: Migration): Promise<number> {
  const { migrationLock } = await import('../../backends/postgres/migrations/migrate.js')
  const text = sql === '' ? '' : `BEGIN;\n${migrationLock(schema)};\n${sql}COMMIT;\n`
  if (session.json) session.out.json({ schema, from, to, sql: text })
  else if (text === '') session.out.line(`-- schema "${schema}" has version ${to} already`)
  else session.out.lines(`-- schema "${schema}", from version ${from} to ${to}\n${text}`)
  return EXIT.ok
}
