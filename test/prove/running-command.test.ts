import { expect, it } from 'vitest'
import { RunningCommand } from '../../prove/kit/running-command.mjs'

const run = (script: string) =>
  new RunningCommand(process.execPath, ['-e', script], { cwd: import.meta.dirname, withinMs: 60_000 })

it('waits for what a command prints, from a place on', async () => {
  const command = run(
    "process.on('SIGINT', () => { console.log('one more'); process.exitCode = 3; clearInterval(beat) }); " +
      "const beat = setInterval(() => {}, 1000); console.log('one')",
  )
  const place = await command.shows('one')
  command.interrupt()
  expect(await command.shows('one', place)).toBeGreaterThan(place)
  expect(await command.ended).toBe(3)
})

it('says what was printed in place of what was waited for', async () => {
  await expect(run("console.log('this')").shows('that')).rejects.toThrow('expected "that", got the end of:\nthis\n')
})
