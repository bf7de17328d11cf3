import { keyArgument } from '../arguments.js'
import { defineCommand } from '../define-command.js'
import { FailedError } from '../exit.js'
import { jobDocument, plainValue } from '../job-document.js'
import { parseOrText } from '../parse-or-text.js'
import { jobView, type JobFacts } from '../job-view.js'
import { isoInstant } from '../render/instant.js'
import type { EpochMs } from '../../model/units.js'

export const command = defineCommand<[id: string], object>({
  description:
    'Shows all that is known about one job: payload, result, log lines, steps, the errors of its tries, and who waits for whom.',
  examples: [
    ['rota task view 019a4f6e-0000-7000-8000-000000000000', 'everything about one job'],
    ['rota task view 019a4f6e-0000-7000-8000-000000000000 --json | jq .result', 'what its handler returned'],
  ],
  declare: (command) => command.argument('<id>', 'id of the job', keyArgument('id')),
  async run(session, _options, id) {
    const { backend } = await session.connect('existing')
    const call = { ids: [id], signal: session.signal }
    const [[job], [details], [edges]] = await Promise.all([
      backend.inspector.get(call),
      backend.inspector.details(call),
      backend.edges.get(call),
    ])
    if (job === null || job === undefined) throw new FailedError(`no job with the id ${id} is on record`)
    const nodes =
      session.json || job.state !== 'pending' ? [] : await backend.control.listNodes({ signal: session.signal })
    const facts = { job, details: details ?? null, edges: edges ?? null, nodes }
    if (session.json) session.out.json(viewDocument(facts, session.clock.now()))
    else await session.out.view(jobView(facts, session.clock.now()))
  },
})

/** The keys of `rota task list --json`, and beside them what the attempts reported. */
function viewDocument({ job, details, edges }: JobFacts, now: EpochMs): Record<string, unknown> {
  return {
    ...jobDocument(job, now),
    progress: plainValue(details?.progress ?? null),
    logs: (details?.logs ?? []).map(({ at, level, message }) => ({ at: isoInstant(at), level, message })),
    steps: (details?.steps ?? []).map(({ key, value }) => ({ key, value: plainValue(value) })),
    errors: (details?.errors ?? []).map(({ at, error }) => ({ at: isoInstant(at), error: parseOrText(error) })),
    parents: edges?.parents ?? [],
    children: edges?.children ?? [],
  }
}
