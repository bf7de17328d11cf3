import { basename, dirname, join } from 'node:path'
import { RotaError } from '../model/errors.js'
import type { AppConfig, FunctionConfig } from './app-config.js'
import { appNameOf } from './app-name.js'
import { buildStack } from './build-stack.js'
import { readContracts } from './contracts-file.js'
import { type ConsumerOutput, rootFileSchema, type RootFileOutput, stackFileSchema } from './file-schema.js'
import { stackFilesBelow, tasksDirIn } from './find-files.js'
import { awsOnlyUses, functionsIn } from './functions-in.js'
import { judgeCalls } from './judge-calls.js'
import { judgeEntries } from './judge-entries.js'
import { judgeEnvironments } from './judge-environments.js'
import { judgeFiles } from './judge-files.js'
import { judgeNames } from './judge-names.js'
import { readJsonc } from './jsonc-source.js'
import { Problems } from './problems.js'
import { type RawStack, ENTRIES, stackOfFile, stacksOfRoot } from './raw-stack.js'
import { resolveFunction } from './resolve-function.js'
import { readRoot, storesOf } from './root-source.js'
import { tellIssues } from './schema-issues.js'
import { type ConfigSource, isObject, membersOf, valueAt } from './source.js'

/** How configs are read. */
export interface ReadOptions {
  /** Whether source files and bundles must be there; a program that only enqueues runs without them. @defaultValue true */
  readonly filesMustExist?: boolean
  /** Says what is wrong with the URL of a store, or null: which stores there are is not for this room to know. */
  readonly urlReason?: (url: string) => string | null
  readonly signal?: AbortSignal | undefined
}

/** Reads the config at the root of an app and those of its stacks, and judges all of it before it says what is wrong. */
export async function readConfig(
  file: string,
  { filesMustExist = true, urlReason = () => null, signal }: ReadOptions = {},
): Promise<AppConfig> {
  const folder = dirname(file)
  const problems = new Problems()
  const { source, files } = await readRoot(file, problems, signal)
  if (source === null) throw problems.invalid({ file, folder })
  tellIssues(source, rootFileSchema.safeParse(source.value).error?.issues ?? [], problems)
  judgeShape(source, problems)
  judgeUrls(source, urlReason, problems)

  const stackSources = await readStackFiles(folder, source, problems, signal)
  const stacks = [...stacksOfRoot(source), ...stackSources.map(stackOfFile)]
  judgeNames(stacks, folder, problems)
  judgeEntries(stacks, problems)
  const functions = functionsIn(source, stacks)
  judgeEnvironments(source, functions, problems)
  judgeCalls(source, { functions, stacks }, problems)
  if (filesMustExist) await judgeFiles(functions, problems)
  const app = await nameOfApp(source, folder, problems)
  if (problems.count > 0) throw problems.invalid({ file, folder })

  return {
    ...buildApp(source, stacks),
    app,
    file,
    folder,
    files: [...files, ...stackSources.map((stack) => stack.file)],
    awsOnly: awsOnlyUses(source, functions),
    contracts: await readContracts(folder),
    tasksDir: await tasksDirIn(folder),
  }
}

async function readStackFiles(
  folder: string,
  root: ConfigSource,
  problems: Problems,
  signal: AbortSignal | undefined,
): Promise<readonly ConfigSource[]> {
  const sources: ConfigSource[] = []
  const found = await stackFilesBelow(folder, signal)
  if (found === null)
    problems.tell(root, [], 'expected fewer than 10000 folders beside it to look for stack.json, got more')
  for (const file of found ?? []) {
    if (file === root.file) continue
    const source = await readJsonc(file, problems, signal)
    if (source === null) continue
    tellIssues(source, stackFileSchema.safeParse(source.value).error?.issues ?? [], problems)
    sources.push(source)
  }
  return sources
}

/** One stack at the top or many below `stacks`, never both: nobody could say which of them paths and names mean. */
function judgeShape(source: ConfigSource, problems: Problems): void {
  const { value } = source
  if (!isObject(value) || !Object.hasOwn(value, 'stacks')) return
  for (const key of [...Object.keys(ENTRIES), 'name']) {
    if (!Object.hasOwn(value, key)) continue
    const expected = key === 'name' ? '"app" beside "stacks"' : `"${key}" inside one of "stacks"`
    problems.tell(source, [key], `expected ${expected}, got "${key}" at the top`, 'key')
  }
}

function judgeUrls(source: ConfigSource, urlReason: (url: string) => string | null, problems: Problems): void {
  const contexts = membersOf(valueAt(source.value, ['contexts'])).map(([name]) => ['contexts', name])
  for (const path of [['url'], ...contexts]) {
    const url = valueAt(source.value, path)
    const reason = typeof url === 'string' && url !== '' ? urlReason(url) : null
    if (reason !== null) problems.tell(source, path, reason)
  }
}

async function nameOfApp(source: ConfigSource, folder: string, problems: Problems): Promise<string> {
  const { app } = isObject(source.value) ? (source.value as { readonly app?: unknown }) : {}
  try {
    return await appNameOf(folder, typeof app === 'string' ? app : undefined)
  } catch (error) {
    if (!RotaError.is(error)) throw error
    problems.add({
      file: join(folder, 'package.json'),
      line: null,
      column: null,
      path: '',
      reason: error.message.replace(/^package\.json: /, ''),
    })
    return basename(folder)
  }
}

function buildApp(
  source: ConfigSource,
  stacks: readonly RawStack[],
): Pick<AppConfig, 'url' | 'contexts' | 'onFailure' | 'onErrorLog' | 'stacks'> {
  const { defaults, onFailure, onErrorLog } = source.value as RootFileOutput
  const resolve = (consumer: ConsumerOutput, file: string): FunctionConfig =>
    resolveFunction(consumer, { defaults: defaults?.function ?? {}, file })
  const global = (consumer: ConsumerOutput | undefined): FunctionConfig | null =>
    consumer === undefined ? null : resolve(consumer, source.file)
  return {
    ...storesOf(source),
    onFailure: global(onFailure),
    onErrorLog: global(onErrorLog),
    stacks: stacks.map((stack) => buildStack(stack, resolve)),
  }
}
