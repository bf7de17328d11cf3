import { relative, resolve } from 'node:path'
import { defineCommand } from '../define-command.js'
import type { Session } from '../session.js'
import { readVersions } from '../version.js'
import { type Starter, writeStarter } from '../write-starter.js'

export const command = defineCommand<[folder: string], object>({
  description:
    'Writes the smallest app: rota.json with one task, its function in src/hello.ts, tsconfig.json, package.json and .gitignore. Overwrites nothing: when one of them is there it says which and ends with 1, and nothing is written; only a package.json may be there, and stays as it is. Installs nothing.',
  examples: [
    ['rota init my-app', 'a new folder'],
    ['rota init', 'this folder'],
  ],
  declare: (command) => command.argument('[dir]', 'the folder, which is made when it is not there', '.'),
  async run(session, _options, folder) {
    const starter = await writeStarter(folder, readVersions(resolve(folder)))
    const next = nextCommands(starter)
    if (session.json) session.out.json({ ...starter, next })
    else print(session, starter.files, next)
  },
})

function print({ out }: Session, files: readonly string[], next: readonly string[]): void {
  for (const file of files) out.line('wrote ', { text: file, style: 'green' })
  out.line('')
  out.line('next:')
  for (const line of next) out.line(`  ${line}`)
}

/** What brings the first job to its end. */
function nextCommands({ folder, files, missing, stack }: Starter): readonly string[] {
  const path = relative(process.cwd(), folder)
  const install = missing.length === 0 ? [] : [`npm install --save-dev ${missing.join(' ')}`]
  const installs = files.includes('package.json') ? ['npm install'] : install
  return [
    ...(path === '' ? [] : [`cd ${path}`]),
    ...installs,
    'npx rota dev',
    `npx rota task add ${stack}:hello '{"name":"world"}'   # in another terminal`,
  ]
}
