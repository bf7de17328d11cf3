import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Clock } from '../../model/clock.js'
import { FakeClock } from '../../time/fake-clock.js'
import { systemClock } from '../../time/system-clock.js'
import { HINT } from './changes.js'
import { WakeLink } from './wake-link.js'

let folder: string
let path: string
let ends: End[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rota-link-'))
  path = join(folder, 'rota.db-wake')
  ends = []
})

afterEach(() => {
  for (const { link } of ends) link.close()
  rmSync(folder, { recursive: true, force: true })
})

/** One process at its end of the link. */
class End {
  readonly link: WakeLink
  readonly heard: number[] = []
  readonly failures: unknown[] = []
  #waiting: { readonly wanted: number; readonly resolve: () => void } | undefined

  constructor(clock: Clock = systemClock, listens = true) {
    this.link = new WakeLink({
      path,
      clock,
      heard: (hints) => {
        this.heard.push(hints)
        if (this.#waiting !== undefined && (this.union() & this.#waiting.wanted) !== 0) this.#waiting.resolve()
      },
      failed: (error) => this.failures.push(error),
    })
    if (listens) this.link.listen()
    ends.push(this)
  }

  /** Everything that was heard so far. */
  union(): number {
    return this.heard.reduce((all, hints) => all | hints, 0)
  }

  /** Resolves when `wanted` has been heard; only the time limit of the test ends the wait for what never comes. */
  async hears(wanted: number): Promise<void> {
    if ((this.union() & wanted) !== 0) return
    await new Promise<void>((resolve) => (this.#waiting = { wanted, resolve }))
  }
}

test('others hear what one tells, and he does not', async () => {
  const [mine, yours, theirs] = [new End(), new End(), new End()]
  mine.link.tell(HINT.jobs)
  await Promise.all([yours.hears(HINT.jobs), theirs.hears(HINT.jobs)])
  yours.link.tell(HINT.cancel)
  await Promise.all([mine.hears(HINT.cancel), theirs.hears(HINT.cancel)])
  expect([mine.union(), yours.union(), theirs.union()]).toEqual([HINT.cancel, HINT.jobs, HINT.jobs | HINT.cancel])
  expect([mine.failures, yours.failures]).toEqual([[], []])
})

test('a burst costs two appends, and the last thing that is told arrives', async () => {
  const clock = new FakeClock()
  const mine = new End(clock, false)
  const yours = new End()
  for (let tells = 0; tells < 1_000; tells += 1) mine.link.tell(tells === 999 ? HINT.settings : HINT.jobs)
  expect(statSync(path).size).toBe(1)
  await clock.advance(1)
  expect(statSync(path).size).toBe(2)
  await yours.hears(HINT.settings)
  await yours.hears(HINT.jobs)
})

test('what is untold when a link closes is told first', async () => {
  const mine = new End(new FakeClock(), false)
  const yours = new End()
  mine.link.tell(HINT.jobs)
  mine.link.tell(HINT.settings)
  mine.link.close()
  await yours.hears(HINT.settings)
})

test('nothing is heard after close', async () => {
  const [mine, yours, theirs] = [new End(), new End(), new End()]
  mine.link.tell(HINT.jobs)
  yours.link.close()
  yours.link.close()
  mine.link.tell(HINT.schedules)
  await theirs.hears(HINT.schedules)
  expect(yours.heard).toEqual([])
})

test.skipIf(process.platform === 'win32')('when the file is deleted or moved all meet again at a new one', async () => {
  const [mine, yours] = [new End(), new End()]
  rmSync(path)
  await Promise.all([mine.hears(HINT.resync), yours.hears(HINT.resync)])
  mine.link.tell(HINT.jobs)
  yours.link.tell(HINT.cancel)
  await Promise.all([yours.hears(HINT.jobs), mine.hears(HINT.cancel)])
  expect([mine.failures, yours.failures]).toEqual([[], []])
})

test.skipIf(process.platform === 'win32')('a file that is moved again and again is given up for a while', async () => {
  const clock = new FakeClock()
  const mine = new End(clock)
  for (const name of ['first', 'second']) {
    mine.heard.length = 0
    renameSync(path, join(folder, name))
    await mine.hears(HINT.resync)
  }
  expect(mine.failures).toEqual([
    expect.objectContaining({ message: expect.stringContaining('again and again') as string }),
  ])
  const yours = new End()
  await clock.advance(5_000)
  expect([mine.heard, mine.failures.length]).toEqual([[HINT.resync, HINT.resync], 1])
  mine.link.tell(HINT.jobs)
  await clock.advance(1)
  await yours.hears(HINT.jobs)
})

test('a link that cannot be made fails once, is mended when it can be, and everything is looked at then', async () => {
  rmSync(folder, { recursive: true })
  const clock = new FakeClock()
  const mine = new End(clock)
  mine.link.tell(HINT.jobs)
  await clock.advance(20_000)
  expect(mine.failures).toEqual([expect.objectContaining({ code: 'ENOENT' })])
  expect(mine.heard).toEqual([])
  mkdirSync(folder)
  const yours = new End()
  await clock.advance(5_000)
  expect(mine.heard).toEqual([HINT.resync])
  await yours.hears(HINT.resync)
})

test('a file that cannot be used is a failure of hints only', () => {
  mkdirSync(path)
  const mine = new End()
  mine.link.tell(HINT.jobs)
  expect(mine.failures).toEqual([expect.objectContaining({ code: 'EISDIR' })])
})
