import { appendFileSync, mkdtempSync, rmSync, statSync, symlinkSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FakeClock } from '../../time/fake-clock.js'
import { HINT } from './changes.js'
import { WakeFile } from './wake-file.js'

let folder: string
let path: string
let opened: WakeFile[]
const clock = new FakeClock()

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rota-wake-'))
  path = join(folder, 'rota.db-wake')
  opened = []
})

afterEach(() => {
  for (const file of opened) file.close()
  rmSync(folder, { recursive: true })
})

/** Two of them are two processes. */
function openFile(): WakeFile {
  const file = new WakeFile(path, clock)
  opened.push(file)
  return file
}

test('one process reads what others have told, once', () => {
  const [mine, yours, theirs] = [openFile(), openFile(), openFile()]
  yours.append(HINT.jobs)
  theirs.append(HINT.cancel | HINT.jobs)
  expect(mine.read()).toBe(HINT.jobs | HINT.cancel)
  expect(mine.read()).toBe(0)
  expect(theirs.read()).toBe(HINT.jobs)
})

test('nobody hears his own bytes', () => {
  const [mine, yours] = [openFile(), openFile()]
  for (let count = 0; count < 5; count += 1) mine.append(HINT.jobs)
  expect(mine.read()).toBe(0)
  mine.append(HINT.events)
  yours.append(HINT.schedules)
  mine.append(HINT.events)
  expect(mine.read()).toBe(HINT.schedules)
  expect(yours.read()).toBe(HINT.jobs | HINT.events)
})

test('a byte of another is heard although it equals one of the own', () => {
  const [mine, yours] = [openFile(), openFile()]
  mine.append(HINT.jobs)
  yours.append(HINT.jobs)
  mine.append(HINT.jobs)
  expect(mine.read()).toBe(HINT.jobs)
  yours.append(HINT.jobs)
  expect(mine.read()).toBe(HINT.jobs)
})

test('what was told before a process opened the file is not for it', () => {
  openFile().append(HINT.jobs)
  expect(openFile().read()).toBe(0)
})

test('whoever is far behind is told to look at everything', () => {
  const mine = openFile()
  openFile()
  appendFileSync(path, Buffer.alloc(4_096, HINT.jobs))
  expect(mine.read()).toBe(HINT.jobs)
  appendFileSync(path, Buffer.alloc(4_097, HINT.jobs))
  expect(mine.read()).toBe(HINT.resync)
  expect(mine.read()).toBe(0)
})

test('the file is emptied when it is large, and everybody is told to look at everything', async () => {
  const [mine, yours] = [openFile(), openFile()]
  appendFileSync(path, Buffer.alloc(65_537, HINT.jobs))
  mine.append(HINT.jobs)
  expect([statSync(path).size, mine.read(), yours.read()]).toEqual(
    [2, HINT.resync, HINT.resync | HINT.jobs].map(orResync),
  )
  yours.append(HINT.cancel)
  expect([mine.read(), yours.read()]).toEqual([HINT.cancel, 0])
})

test('several processes can empty the file at one time, and no byte is lost without a word', async () => {
  const files = Array.from({ length: 4 }, openFile)
  const seed = 20_251_121
  let random = seed
  for (let round = 0; round < 2_000; round += 1) {
    random = (random * 1_103_515_245 + 12_345) % 2_147_483_648
    const teller = files[random % 4]!
    if (random % 97 === 0) appendFileSync(path, Buffer.alloc(65_537, HINT.resync))
    await clock.advance(random % 3 === 0 ? 1_000 : 1)
    teller.append(HINT.cancel)
    for (const file of files) {
      if (file === teller) continue
      expect([HINT.cancel, HINT.resync, HINT.resync | HINT.cancel], `seed ${seed}, round ${round}`).toContain(
        file.read(),
      )
    }
    teller.read()
    expect(statSync(path).size).toBeLessThan(3 * 65_536)
  }
})

test('a file that was emptied by somebody who said nothing is noticed', () => {
  const mine = openFile()
  appendFileSync(path, Buffer.alloc(10, HINT.jobs))
  expect(mine.read()).toBe(HINT.jobs)
  truncateSync(path)
  expect(mine.read()).toBe(HINT.resync)
})

test('bytes that no version of ours has written are no hints', () => {
  const mine = openFile()
  appendFileSync(path, Buffer.from([0, 64, 192]))
  expect(mine.read()).toBe(0)
})

test('a file that was deleted is known to be gone when it is used again', async () => {
  const mine = openFile()
  mine.append(HINT.jobs)
  rmSync(path)
  expect(mine.isGone).toBe(false)
  mine.read()
  expect(mine.isGone).toBe(true)
})

test('whoever only tells notices within a second that the file is gone', async () => {
  const mine = openFile()
  mine.append(HINT.jobs)
  rmSync(path)
  await clock.advance(1_000)
  mine.append(HINT.jobs)
  expect(mine.isGone).toBe(true)
})

test.skipIf(process.platform === 'win32')(
  'only this user of the machine can use the file, and a link in its place is refused',
  () => {
    openFile()
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const link = join(folder, 'link')
    symlinkSync(path, link)
    expect(() => new WakeFile(link, clock)).toThrow(expect.objectContaining({ code: 'ELOOP' }))
  },
)

/** Where everything is to be looked at, nothing else matters. */
function orResync(hints: number): unknown {
  return (hints & HINT.resync) === 0 ? hints : expect.toSatisfy((got: number) => (got & HINT.resync) !== 0)
}
