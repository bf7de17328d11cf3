import { tmpdir } from 'node:os'
import { expect, it } from 'vitest'
import { CTRL_C, TerminalRun } from '../../prove/kit/pseudo-terminal.mjs'

/** Real processes on a busy machine. */
const WITHIN_MS = 20_000

const around = { cwd: tmpdir(), env: process.env, withinMs: WITHIN_MS }

it('gives a command a terminal of a known width, and its text without colours and carriage returns', async () => {
  const run = new TerminalRun(
    `node -e 'const { isTTY, columns } = process.stdout; console.log("\\u001b[31m" + isTTY, columns)'`,
    { ...around, columns: 97 },
  )
  expect(await run.ended).toBe(0)
  expect(run.text).toBe('true 97\n')
})

it('types what a command asks for, once it is asked', async () => {
  const run = new TerminalRun(`sh -c 'printf "name? "; read name; echo "hello $name"; exit 3'`, around)
  await run.shows('name? ', WITHIN_MS)
  run.type('ann\n')
  expect(await run.ended).toBe(3)
  expect(run.text).toBe('name? ann\nhello ann\n')
})

it('interrupts with Ctrl-C, as a keyboard does', async () => {
  const script = `process.on("SIGINT", () => process.exit(7)); setInterval(() => 0, 1000); console.log("ready")`
  const run = new TerminalRun(`node -e '${script}'`, around)
  await run.shows('ready', WITHIN_MS)
  run.type(CTRL_C)
  expect(await run.ended).toBe(7)
})

it('kills what does not end in time', async () => {
  const run = new TerminalRun('sleep 600', { ...around, withinMs: 100 })
  expect(await run.ended).toBeNull()
})

it('says what was shown in place of what was waited for', async () => {
  const run = new TerminalRun('echo something', around)
  await run.ended
  await expect(run.shows('else', 1)).rejects.toThrow(/expected else within 1 ms, got:\nsomething\n/)
})
