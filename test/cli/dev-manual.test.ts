import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { DevLog } from '../../src/cli/dev-log.js'
import { LogPrinter } from '../../src/cli/log-printer.js'
import { Printer } from '../../src/cli/render/printer.js'
import { starterFiles } from '../../src/cli/starter-files.js'
import { RotaError } from '../../src/model/errors.js'
import type { DevEvent } from '../../src/stack/dev/dev-event.js'
import { FakeClock } from '../../src/time/fake-clock.js'
import { appConfig } from '../stack/app-config.js'

const manual = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'dev.md'), 'utf8')

const blocks = (language: string): readonly string[] =>
  [...manual.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(([, block = '']) => block)

it('shows the files that rota init writes', () => {
  const files = starterFiles('my-app', { rota: '*', esbuild: '*', typescript: '*', nodeTypes: '*' })
  expect(blocks('json')).toEqual([files['rota.json']])
  expect(blocks('ts')[0]).toBe(files['src/hello.ts'])
  expect(files['.gitignore']).toContain('.rota\n')
})

it('has the commands of the README, which are run beside the packed tarball', () => {
  const readme = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8')
  expect(readme).toContain(blocks('sh')[0])
})

it('shows the lines that rota dev prints', () => {
  const clock = new FakeClock(Date.UTC(2026, 10, 21, 12))
  let printed = '$ npx rota dev --plain\n'
  const out = new Printer({ write: (text) => (printed += text) }, {})
  let at = 0
  const log = new DevLog(new LogPrinter({ out, clock: { now: () => clock.now() + at }, json: false }))
  const tell = (seconds: number, event: DevEvent): void => {
    at = seconds * 1_000
    log.tell(event)
  }
  const folder = process.cwd()
  const config = { ...appConfig(folder, { myApp: { tasks: { hello: 'src/hello.ts' } } }), app: 'my-app' }
  const task = 'my-app:hello'
  const id = '01a1ff96-cb25-7701-b9d5-3f0e0d3adb56'
  const job = { id, task, queue: 'default', fence: 1, attempt: 1 }
  const message = `task "${task}" cannot be bundled: src/hello.ts:2:29: Expected ")" but found ";"`
  const error = new RotaError('BUNDLE_FAILED', message)
  tell(0, { type: 'types-written', file: join(folder, 'rota.d.ts') })
  tell(0, { type: 'opened', config, url: `sqlite:${join(folder, '.rota', 'my-app.db')}`, isFirst: true })
  tell(7, { type: 'line', line: { task, job: id, level: 'info', message: 'Hello, world!' } })
  tell(7, { type: 'worker', event: { type: 'ended', job, outcome: 'complete', tookMs: 83 } })
  tell(31, { type: 'build-failed', task, error, isRunning: true })
  tell(40, { type: 'built', task, tookMs: 21, isFirst: false })
  expect(blocks('text')).toEqual([printed])
})
