import { kebabCase } from '../model/kebab-case.js'
import { nameProblem } from '../model/names.js'
import { entryNameReason } from './entry-names.js'
import { problemLine, type Problems } from './problems.js'
import { ENTRIES, type EntriesKey, entriesOf, type RawStack, recordOf } from './raw-stack.js'

/** Tells names that cannot be, and two names that are one on record. */
export function judgeNames(stacks: readonly RawStack[], folder: string, problems: Problems): void {
  const taken = new Map<string, RawStack>()
  for (const stack of stacks) {
    const name = kebabCase(stack.written)
    const other = taken.get(name)
    const reason =
      entryNameReason('stack', stack.written) ?? (other === undefined ? null : sameReason(stack, other, folder))
    if (reason !== null) tellStack(stack, reason, problems)
    taken.set(name, stack)
    for (const key of Object.keys(ENTRIES) as EntriesKey[]) judgeEntries(stack, key, problems)
  }
}

function judgeEntries(stack: RawStack, key: EntriesKey, problems: Problems): void {
  const kind = ENTRIES[key]
  const writtenOf = new Map<string, string>()
  for (const { written, path } of entriesOf(stack, key)) {
    const name = kebabCase(written)
    const other = writtenOf.get(name)
    const isTaken = other !== undefined && name !== ''
    const reason =
      entryNameReason(kind, written) ??
      (isTaken
        ? `expected a name of its own, got ${JSON.stringify(written)}, which is "${name}" like "${other}"`
        : null) ??
      nameProblem(kind === 'cron' ? 'schedule' : kind, recordOf(stack.written, written))
    if (reason !== null) problems.tell(stack.source, path, reason, 'key')
    writtenOf.set(name, written)
  }
}

function tellStack({ source, namedAt }: RawStack, reason: string, problems: Problems): void {
  if (namedAt === null) problems.tell(source, [], `${reason} from its folder; give it a "name"`)
  else problems.tell(source, namedAt.path, reason, namedAt.part)
}

function sameReason(stack: RawStack, { source, namedAt, written }: RawStack, folder: string): string {
  const place = source.placeOf(namedAt?.path ?? [], namedAt?.part ?? 'value')
  const where = problemLine({ file: source.file, ...place, path: '', reason: '' }, folder)
  return `expected a name of its own, got ${JSON.stringify(stack.written)}, which is that of ${JSON.stringify(written)} in ${where} too`
}
