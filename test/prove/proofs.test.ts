import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCommand } from '../../prove/kit/command.mjs'

const root = join(import.meta.dirname, '..', '..')

/** Proofs work with real processes on the package as it is built (`npm test` builds first), each within this long. */
const WITHIN_MS = 180_000

/** Only proofs of what is true or not are here; those that measure time need a quiet machine and run by hand. */
const shortProofs = [
  ['a worker that is killed at random moments loses no job and settles none twice', 'kill-worker'],
  ['three workers and two schedulers share one file without a double claim or a missed tick', 'three-workers'],
  ['a claim finds the jobs it knows at once behind fifty thousand that it does not', 'unknown-tasks'],
  ['five instances that compete for the periods of one routine run it once in each', 'competing-instances'],
  ['five processes run a routine once in each period on PostgreSQL', 'postgres-routines'],
  ['no job and no tick is lost or doubled on PostgreSQL with a fault each second', 'postgres-faults'],
  ['commands typed in a terminal print what the manual of asyncjobs shows', 'cli-script'],
  ['handlers that do what no handler should end as they should, and leave their worker alone', 'isolation-faults'],
  ['bundled, minified tasks fail with the lines of their sources', 'bundle-traces'],
  ['what would fail at run time does not compile', 'type-refusals'],
  ['calls of tasks are typed, and one more task costs a compiler little', 'stack-types-scale'],
  ['a config with 25 mistakes gives 25 messages that name their places', 'config-mistakes'],
  ['the configs of seed 003 run, word for word, in a project that was just made', 'stack-dev'],
  ['the commands of the README run a first job beside the packed tarball', 'packed-tarball'],
  ['a server under load answers what it has accepted when it is asked to end', 'lifecycle-shutdown'],
  ['the door of the lifecycle is small and needs no library', 'lifecycle-size'],
  ['the door of the Tasker is small and needs no library', 'tasker-size'],
] as const

describe('the proofs, in their short variants', () => {
  it.each(shortProofs)('%s', { timeout: WITHIN_MS }, async (_, name) => {
    const { code, output } = await prove(name, '--short')
    // The output holds the seed, the figures, and where the evidence is.
    expect(code, output).toBe(0)
    expect(output).toContain(`${name}: TRUE`)
  })
})

describe('the command', () => {
  it('lists every proof with what it takes', async () => {
    const { code, output } = await prove()
    expect(code, output).toBe(0)
    for (const [, name] of shortProofs) expect(output).toContain(`\n${name}\n`)
  })

  it('says which proofs there are when it is asked for another', async () => {
    const { code, output } = await prove('no-such-proof')
    expect(code).toBe(2)
    expect(output).toContain('kill-worker')
  })

  it('says what is wrong with an option', async () => {
    const { code, output } = await prove('kill-worker', '--kills', 'many')
    expect(code).toBe(2)
    expect(output).toContain('--kills: expected a whole number, got "many"')
  })
})

async function prove(...args: string[]) {
  return runCommand(process.execPath, [join('prove', 'run.mjs'), ...args], { cwd: root, withinMs: WITHIN_MS })
}
