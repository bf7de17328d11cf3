/**
 * What a PostgreSQL server does for a call: the plans of all statements in it, as they were executed.
 */

/** Every statement of a connection, also those inside functions, told to the client with the rows that were really met. */
export const TELL_PLANS = [
  'session_preload_libraries=auto_explain',
  'auto_explain.log_min_duration=0',
  'auto_explain.log_analyze=on',
  'auto_explain.log_timing=off',
  'auto_explain.log_nested_statements=on',
  'auto_explain.log_format=json',
  'auto_explain.log_level=notice',
]
  .map((setting) => `-c ${setting}`)
  .join(' ')

/** @typedef {{ 'Node Type': string, 'Relation Name'?: string, 'Actual Rows'?: number, 'Actual Loops'?: number, Plans?: PlanNode[] }} PlanNode */

/** A step of a plan that reads a table or sorts. @typedef {{ readonly step: string, readonly table: string | null, readonly rows: number }} Step */

/**
 * The steps of the plan that a notice tells; none when it tells something else.
 * @param {string} message
 * @returns {Step[]}
 */
export function stepsOf(message) {
  const at = message.indexOf('{')
  if (!message.startsWith('duration:') || at < 0) return []
  const { Plan: plan } = /** @type {{ Plan: PlanNode }} */ (JSON.parse(message.slice(at)))
  return stepsBelow(plan)
}

/**
 * @param {PlanNode} node
 * @returns {Step[]}
 */
function stepsBelow(node) {
  const step = node['Node Type']
  const table = node['Relation Name'] ?? null
  const rows = Math.round((node['Actual Rows'] ?? 0) * (node['Actual Loops'] ?? 0))
  const own = /Scan|Sort/.test(step) && !/Function|Values|CTE|Subquery|Result/.test(step) ? [{ step, table, rows }] : []
  return [...own, ...(node.Plans ?? []).flatMap(stepsBelow)]
}
