import { relative, resolve } from 'node:path'
import { rootFileAt } from '../../config/find-files.js'
import { loadConfig } from '../../config/load-config.js'
import { checkDeclaration, declarationFile, writeDeclaration } from '../../stack/declaration/write-declaration.js'
import { defineCommand } from '../define-command.js'
import { EXIT } from '../exit.js'

interface Options {
  readonly out?: string
  readonly check?: true
}

export const command = defineCommand<[path: string], Options>({
  description:
    'Writes the declaration that gives Task, Queue, Topic and Cron the types of an app: rota.d.ts beside its config. It takes the types from the functions themselves, so it changes only with the config, and belongs into version control. A declaration that is right is left alone. Opens no store and starts nothing, but runs a config in TypeScript.',
  examples: [
    ['rota types', 'write rota.d.ts beside the config of this folder'],
    ['rota types --check', 'in CI: write nothing, and end with 1 when it would have to be written'],
    ['rota types shop --out shop/src/rota.d.ts', 'another app, another place'],
  ],
  declare: (command) =>
    command
      .argument('[path]', 'the config file, or its folder', '.')
      .option('-o, --out <file>', 'where to write it (default: rota.d.ts beside the config)')
      .option('--check', 'write nothing, and end with 1 when it is missing or not what the config says'),
  async run(session, { check = false, out }, path) {
    const config = await loadConfig(await rootFileAt(path), { signal: session.signal })
    const file = out === undefined ? declarationFile(config) : resolve(out)
    const state = check ? (await checkDeclaration(config, file)).state : await writeDeclaration(config, file)
    const shown = relative(resolve('.'), file)
    if (session.json) session.out.json({ file: shown, state })
    else session.out.line(`${shown}: ${check ? FOUND[state] : WRITTEN[state]}`)
    return check && state !== 'unchanged' ? EXIT.failed : EXIT.ok
  },
})

const WRITTEN = { unchanged: 'up to date', changed: 'written', missing: 'written' } as const

const FOUND = {
  unchanged: 'up to date',
  changed: 'not what the config says; run `rota types`',
  missing: 'not there; run `rota types`',
} as const
