import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { readVersion } from '../../src/cli/version.js'

const BIN = join(import.meta.dirname, '..', '..', 'dist', 'cli', 'bin.js')

beforeAll(() => {
  if (!existsSync(BIN)) throw new Error(`${BIN} does not exist: run npm run build first`)
})

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the built command as a shell would; `react` may close its output or send it a signal when something was printed. */
function rota(args: readonly string[], react?: (child: ReturnType<typeof spawn>) => void): Promise<Ended> {
  const child = spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const printed = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk: Buffer) => {
      const isFirst = printed.stdout === ''
      printed[name] += chunk.toString('utf8')
      if (name === 'stdout' && isFirst) react?.(child)
    })
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, ...printed }))
  })
}

describe('the built command', () => {
  it('prints its version', async () => {
    expect(await rota(['--version'])).toEqual({ code: 0, stdout: `${readVersion()}\n`, stderr: '' })
  })

  it('ends with 1 when something failed and with 2 when it was called wrongly', async () => {
    const failed = await rota(['task', 'view', 'nope', '--url', 'memory:'])
    expect(failed).toEqual({ code: 1, stdout: '', stderr: 'rota: no job with the id nope is on record\n' })
    const wrong = await rota(['task', 'list', '--state', 'done'])
    expect({ code: wrong.code, stdout: wrong.stdout }).toEqual({ code: 2, stdout: '' })
    expect(wrong.stderr).toMatch(/^rota: .*expected one of/)
  })

  it('drains at SIGTERM and ends with 0', async () => {
    const module = join(import.meta.dirname, 'plain-task.mjs')
    const { code, stdout, stderr } = await rota(['work', module, '--url', 'memory:'], (child) => child.kill('SIGTERM'))
    expect(stderr).toBe('')
    expect(stdout).toMatch(/worker started .*tasks=plain\n.*stopping reason="interrupted by SIGTERM"\n/)
    expect(stdout).toMatch(/stopped\n$/)
    expect(code).toBe(0)
  })

  it('names the running jobs when a handler leaves a rejection to nobody, drains, and ends with 1', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rota-floating-'))
    const store = ['--url', `sqlite:${join(folder, 'rota.db')}`]
    try {
      const added = await rota(['task', 'add', 'floating', '--json', ...store])
      const { id } = JSON.parse(added.stdout) as { id: string }
      const { code, stdout, stderr } = await rota(['work', join(import.meta.dirname, 'floating-task.mjs'), ...store])
      expect(stderr).toBe('')
      expect(stdout).toContain(`running="floating ${id}"`)
      expect(stdout).toMatch(/unhandled rejection: .*error="Error: left to nobody" at="?.*floating-task\.mjs/)
      expect(stdout).toMatch(/stopping reason="an unhandled rejection"\n.*drained=1 .*\n.*stopped\n$/)
      expect(code).toBe(1)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('ends quietly when its reader has gone', async () => {
    const { code, stderr } = await rota(
      ['work', join(import.meta.dirname, 'plain-task.mjs'), '--url', 'memory:'],
      (child) => {
        child.stdout?.destroy()
        child.kill('SIGTERM')
      },
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})
