import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { finding } from './kit/proof.mjs'
import { CTRL_C, TerminalRun } from './kit/pseudo-terminal.mjs'

const root = join(import.meta.dirname, '..')

/** What the manual of asyncjobs shows for each command, with these in place of its times and sizes. */
const TIME = '17 Feb 22 17:40:37 UTC'
const CREATED = '"created_at": "2022-02-17T17:40:37.001480991Z"'
const LOG_TIME = '[19:21:29]'
const SIZE = '@ 139 B'

const HOST = 'dev1.example.net'

const DESCRIPTION = `\
Scheduled Task EMAIL_MONTHLY_UPDATE created at ${TIME}

             Schedule: 0 0 1 * *
                Queue: EMAIL
            Task Type: email:monthly
              Payload: 0 B
  Scheduling Deadline: 12h0m0s
`

const TABLE = `\
╭───────────────────────────────────────────────────────────────────────────────────╮
│                                1 Scheduled Task(s)                                │
├──────────────────────┬───────────┬───────┬───────────────┬────────────────────────┤
│ Name                 │ Schedule  │ Queue │ Task Type     │ Created                │
├──────────────────────┼───────────┼───────┼───────────────┼────────────────────────┤
│ EMAIL_MONTHLY_UPDATE │ 0 0 1 * * │ EMAIL │ email:monthly │ ${TIME} │
╰──────────────────────┴───────────┴───────┴───────────────┴────────────────────────╯
`

/** Keys as the type of asyncjobs names them; its manual shows an older version, which wrote Deadline and MaxTries. */
const DOCUMENT = `\
{
  "name": "EMAIL_MONTHLY_UPDATE",
  "schedule": "0 0 1 * *",
  "queue": "EMAIL",
  "task_type": "email:monthly",
  "payload": null,
  "deadline": 43200000000000,
  "max_tries": 0,
  ${CREATED},
`

const LOG = `\
INFO${LOG_TIME} Starting leader election as ${HOST}
INFO${LOG_TIME} Registered a new item EMAIL_MONTHLY_UPDATE on queue EMAIL: 0 0 1 * *
INFO${LOG_TIME} Loaded 1 scheduled task(s)
INFO${LOG_TIME} Became leader, tasks will be scheduled
`

const INFO = `\
Leader Elections:

         Entries: 1 ${SIZE}
    Memory Based: false
        Replicas: 1
       Elections:
                  task_scheduler: ${HOST}
`

/** Only a command that hangs meets it. */
const WITHIN_MS = 60_000

/** @typedef {import('./kit/proof.mjs').Finding} Finding */
/** @typedef {{ readonly cwd: string, readonly env: NodeJS.ProcessEnv }} Surroundings */

/** @type {import('./kit/proof.mjs').Proof} */
export const cliScript = {
  claims:
    'the commands of asyncjobs, typed with rota in a terminal, print each label and each value that its manual shows',
  takes: '10 s, two processes at a time',
  options: {},
  short: {},

  async prove({ folder, say }) {
    const around = makeSurroundings(folder)
    const script = new Script(around, say)
    await script.type(
      'rota task cron add EMAIL_MONTHLY_UPDATE "0 0 1 * *" email:monthly --queue EMAIL --deadline 12h',
      {
        prints: DESCRIPTION,
      },
    )
    await script.type('rota task cron list', { prints: TABLE })
    await script.type('rota task cron list --names', { prints: 'EMAIL_MONTHLY_UPDATE\n' })
    await script.type('rota task cron view EMAIL_MONTHLY_UPDATE', { begins: DESCRIPTION })
    // As it is printed in the manual.
    await script.type('rota task cron viww EMAIL_MONTHLY_UPDATE --json', {
      prints: "rota: unknown command 'viww' (Did you mean view?)\n",
      code: 2,
    })
    await script.type('rota task cron view EMAIL_MONTHLY_UPDATE --json', { begins: DOCUMENT })
    await runScheduler(script, around)
    await script.type('rota task cron delete EMAIL_MONTHLY_UPDATE', {
      answer: 'y\n',
      prints: 'Delete schedule EMAIL_MONTHLY_UPDATE? [y/N] y\nschedule EMAIL_MONTHLY_UPDATE: deleted\n',
    })
    await script.type('rota task cron add EMAIL_YEARLY_UPDATE yearly email:yearly', {
      shows: '             Schedule: @yearly\n',
    })
    await script.type('rota task cron delete EMAIL_YEARLY_UPDATE -f', {
      prints: 'schedule EMAIL_YEARLY_UPDATE: deleted\n',
    })
    await script.type('rota task cron list', { prints: 'No schedules.\n' })
    return {
      figures: { 'typed lines': script.typed, comparisons: script.findings.length },
      findings: script.findings,
    }
  },
}

/**
 * A scheduler that others are added to and removed from while it runs.
 * @param {Script} script
 * @param {Surroundings} around
 */
async function runScheduler(script, around) {
  const port = await freePort(8080)
  const line = `rota task cron scheduler $(hostname -f) --monitor ${port} --context AJC`
  const scheduler = new TerminalRun(line, { ...around, withinMs: 3 * WITHIN_MS })
  try {
    await scheduler.shows('Became leader', WITHIN_MS)
    script.compare(line, LOG, linesFrom(likeTheManual(scheduler.text), LOG))
    await script.type('rota info', { shows: INFO })
    await script.type('rota task cron add OFTEN "every 1s" email:now', { shows: '             Schedule: @every 1s\n' })
    await script.waitFor(line, scheduler, 'Registered a new item OFTEN on queue default: @every 1s')
    await script.waitFor(line, scheduler, 'scheduler: fired schedule=OFTEN')
    await script.type('rota task cron delete OFTEN -f', { prints: 'schedule OFTEN: deleted\n' })
    await script.waitFor(line, scheduler, 'Removed item OFTEN')
    const { status } = await fetch(`http://127.0.0.1:${port}/metrics`)
    script.note(line, 'metrics at /metrics', status === 200, `status ${status}`)
    scheduler.type(CTRL_C)
    script.ended(line, await scheduler.ended, 0)
  } finally {
    scheduler.kill()
  }
}

/** Types lines one by one, and notes what was printed and what should have been. */
class Script {
  #around
  #say
  typed = 0
  /** @type {Finding[]} */
  findings = []

  /**
   * @param {Surroundings} around
   * @param {(text: string) => void} say
   */
  constructor(around, say) {
    this.#around = around
    this.#say = say
  }

  /**
   * @param {string} line
   * @param {{ prints?: string, begins?: string, shows?: string, answer?: string, code?: number }} expected all that it prints,
   *   how that begins, or what stands somewhere in it
   */
  async type(line, { prints, begins, shows, answer, code: expectedCode = 0 }) {
    this.#say(`$ ${line}`)
    const run = new TerminalRun(line, { ...this.#around, withinMs: WITHIN_MS })
    if (answer !== undefined) await run.shows('[y/N]', WITHIN_MS).then(() => run.type(answer))
    const code = await run.ended
    const text = likeTheManual(run.text)
    this.ended(line, code, expectedCode)
    if (prints !== undefined) this.compare(line, prints, text)
    if (begins !== undefined) this.compare(line, begins, firstLines(text, begins))
    if (shows !== undefined) this.compare(line, shows, linesFrom(text, shows))
  }

  /**
   * Line by line, each as a whole, so that also its place on the screen counts.
   * @param {string} line
   * @param {string} expected
   * @param {string} printed
   */
  compare(line, expected, printed) {
    const [wanted, got] = [expected.split('\n'), printed.split('\n')]
    for (const [index, text] of wanted.entries()) {
      const isSame = got[index] === text
      if (text === '' && isSame) continue
      this.note(line, `"${text.trim()}"`, isSame, isSame ? 'the same' : `"${got[index] ?? 'nothing'}"`)
    }
    if (got.length > wanted.length) this.note(line, 'nothing else', false, got.slice(wanted.length).join(' / '))
  }

  /**
   * Waits until a process that goes on says something.
   * @param {string} line
   * @param {TerminalRun} run
   * @param {string} text
   */
  async waitFor(line, run, text) {
    const shown = await run.shows(text, WITHIN_MS).then(
      () => 'shown',
      (/** @type {unknown} */ error) => String(error),
    )
    this.note(line, `"${text}"`, shown === 'shown', shown)
  }

  /**
   * @param {string} line
   * @param {number | null} code
   * @param {number} expected
   */
  ended(line, code, expected) {
    this.typed += 1
    this.note(line, `exit ${expected}`, code === expected, code ?? 'killed')
  }

  /**
   * @param {string} line
   * @param {string} expected
   * @param {boolean} holds
   * @param {string | number} got
   */
  note(line, expected, holds, got) {
    const words = line.split(' ')
    const end = words.findIndex((word, index) => index > 0 && !/^[a-z]+$/.test(word))
    const command = words.slice(0, end === -1 ? words.length : end).join(' ')
    this.findings.push(finding(`${command}: ${expected}`, holds, got))
  }
}

/**
 * Times and sizes replaced by those of the manual, which are as long.
 * @param {string} printed
 */
function likeTheManual(printed) {
  return printed
    .replace(/\d\d [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d UTC/g, TIME)
    .replace(/"created_at": "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/g, CREATED)
    .replace(/(?<=^[A-Z]+)\[\d\d:\d\d:\d\d\]/gm, LOG_TIME)
    .replace(/(?<=Entries: \d+ )@ \d+ B/g, SIZE)
}

/**
 * As many lines of a text as the expected one has.
 * @param {string} text
 * @param {string} expected
 */
function firstLines(text, expected) {
  const count = expected.split('\n').length - 1
  return `${text.split('\n').slice(0, count).join('\n')}\n`
}

/**
 * The same from the line on that the expected text begins with; all of it when that is not there.
 * @param {string} text
 * @param {string} expected
 */
function linesFrom(text, expected) {
  const [first = ''] = expected.split('\n')
  const at = text.split('\n').indexOf(first)
  return firstLines(text.split('\n').slice(Math.max(0, at)).join('\n'), expected)
}

/**
 * The command as `rota` on the path, a host of the manual's name, and a context AJC, which is also the one that holds when none is named.
 * @param {string} folder
 * @returns {Surroundings}
 */
function makeSurroundings(folder) {
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  const programs = {
    rota: `exec "${process.execPath}" "${join(root, 'dist', 'cli', 'bin.js')}" "$@"`,
    hostname: `echo ${HOST}`,
  }
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  const config = join(folder, 'config')
  mkdirSync(join(config, 'rota'), { recursive: true })
  const contexts = { AJC: { url: `sqlite:${join(folder, 'ajc.db')}` } }
  writeFileSync(join(config, 'rota', 'contexts.json'), JSON.stringify({ contexts }), { mode: 0o600 })
  const { PATH = '' } = process.env
  const env = { PATH: `${bin}:${PATH}`, HOME: folder, XDG_CONFIG_HOME: config, ROTA_CONTEXT: 'AJC' }
  return { cwd: folder, env }
}

/**
 * A port that nobody listens on: the one that is wanted, if it is free.
 * @param {number} wanted
 * @returns {Promise<number>}
 */
function freePort(wanted) {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', () => (wanted === 0 ? reject(new Error('no port is free')) : resolve(freePort(0))))
    server.listen(wanted, () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : wanted
      server.close(() => resolve(port))
    })
  })
}
