import { rootFileAt } from '../../config/find-files.js'
import { DevApp } from '../../stack/dev/dev-app.js'
import { defineCommand } from '../define-command.js'
import { DevLog } from '../dev-log.js'
import { DevScreen } from '../dev-screen.js'
import { LogPrinter } from '../log-printer.js'
import { Screen } from '../render/screen.js'
import { runServices } from '../run-services.js'
import type { Session } from '../session.js'
import { urlReason } from '../url-reason.js'

interface Options {
  readonly plain?: true
}

export const command = defineCommand<[path: string], Options>({
  description:
    'Runs an app while you write it: its store, its tasks in bundles, its crons, and the declaration of its types, in one process. What changes on the disk runs from the next job on: a source is bundled again, a config is opened beside the one before, which then ends. A mistake is told with its place, and what ran before runs on. Ctrl-C gives running jobs 5 s, gives back those that are not done, and ends with 0.',
  examples: [
    ['rota dev', 'the app of this folder, on one screen'],
    ['rota dev shop --plain', 'another app, as a log that goes on and on'],
    ['rota dev --json', 'the log for a program'],
  ],
  declare: (command) =>
    command
      .argument('[path]', 'the config file, or its folder', '.')
      .option('--plain', 'a log in place of the screen; so it is where no terminal is'),
  async run(session, { plain = false }, path) {
    const file = await rootFileAt(path)
    const screen =
      plain || !canDraw(session)
        ? null
        : new DevScreen(new Screen(session.host.stdout, session.host.env), session.clock)
    const log = new DevLog(screen ?? new LogPrinter({ out: session.out, clock: session.clock, json: session.json }))
    const app = new DevApp({
      file,
      urlOf: ({ folder }) => session.storeUrl(folder),
      urlReason,
      clock: session.clock,
      logger: log,
      tell: (event) => {
        screen?.tell(event)
        log.tell(event)
      },
    })
    const run = { services: app, start: () => app.start(), running: () => app.runningJobs }
    if (screen === null) return runServices(session, log, run)
    screen.open()
    try {
      return await runServices(session, log, run)
    } finally {
      for (const line of screen.close()) session.err.line({ text: 'rota: ', style: 'red' }, line)
    }
  },
})

/** A picture needs a terminal that can place what is written. */
function canDraw({ host, json, out }: Session): boolean {
  return !json && out.isTerminal && host.env['TERM'] !== 'dumb'
}
