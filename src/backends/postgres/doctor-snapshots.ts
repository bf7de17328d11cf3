import type { PgQueryable } from './client-types.js'
import type { DoctorFinding } from './doctor-finding.js'

/** Nothing of a queue has to stay visible for longer; what a vacuum cannot remove, every claim walks over. */
const SNAPSHOT_SECONDS_MAX = 60

/** How many rows of transactions behind the oldest one, for what knows no time: a busy minute. */
const SNAPSHOT_XIDS_MAX = 1_000_000

interface Holder {
  readonly what: string
  readonly mend: string
}

const HOLDERS = `
SELECT format('process %s (%s%s%s), %s for %s s, has held its snapshot since %s: %s', pid, coalesce(nullif(application_name, ''), 'no name'),
    coalesce(', user ' || usename, ''), coalesce(', from ' || client_addr::text, ''), coalesce(state, backend_type),
    round(extract(epoch FROM clock_timestamp() - coalesce(state_change, backend_start))),
    to_char(coalesce(xact_start, backend_start) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    left(regexp_replace(coalesce(query, ''), '\\s+', ' ', 'g'), 80)) AS what,
  format('SELECT pg_terminate_backend(%s)', pid) AS mend
FROM pg_stat_activity
WHERE (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL) AND pid <> pg_backend_pid() AND backend_type = 'client backend'
  AND datname = current_database() AND xact_start < clock_timestamp() - make_interval(secs => $1)
ORDER BY xact_start`

const PREPARED = `
SELECT format('the prepared transaction %L of %s has been open since %s', gid, owner,
    to_char(prepared AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) AS what,
  format('ROLLBACK PREPARED %L', gid) AS mend
FROM pg_prepared_xacts WHERE database = current_database() AND prepared < clock_timestamp() - make_interval(secs => $1)
ORDER BY prepared`

const SLOTS = `
SELECT format('the replication slot "%s"%s keeps the rows of %s transactions', slot_name,
    CASE WHEN active THEN '' ELSE ', which nobody reads,' END, greatest(age(xmin), age(catalog_xmin))) AS what,
  format('SELECT pg_drop_replication_slot(%L)', slot_name) AS mend
FROM pg_replication_slots WHERE greatest(age(xmin), age(catalog_xmin)) > $1 ORDER BY 1`

/** Who has kept the server from removing what is gone for longer than `seconds`, the oldest first. */
export async function findOldSnapshots(
  client: PgQueryable,
  seconds: number = SNAPSHOT_SECONDS_MAX,
): Promise<readonly DoctorFinding[]> {
  const asked = [
    { text: HOLDERS, values: [seconds] },
    { text: PREPARED, values: [seconds] },
    { text: SLOTS, values: [SNAPSHOT_XIDS_MAX] },
  ]
  const findings: DoctorFinding[] = []
  for (const query of asked) {
    const { rows } = await client.query(query)
    for (const { what, mend } of rows as Holder[]) findings.push({ check: 'snapshot', problem: what, mend })
  }
  return findings
}
