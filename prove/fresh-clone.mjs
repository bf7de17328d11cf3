import { existsSync, mkdirSync, readdirSync, realpathSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { runCommand, tail } from './kit/command.mjs'
import { finding } from './kit/proof.mjs'

const root = join(import.meta.dirname, '..')

/** All that a newcomer's machine needs to have. */
const NEEDED = ['node', 'npm', 'npx', 'git', 'sh', 'env', 'uname', 'cat', 'ls', 'mkdir', 'rm', 'cp', 'mv', 'dirname']

/** What must not be needed. */
const ABSENT = ['cc', 'gcc', 'g++', 'c++', 'clang', 'make', 'python', 'python3']

/** From the work order. */
const ONCE_SECONDS_MAX = 30

/** @type {import('./kit/proof.mjs').Proof} */
export const freshClone = {
  claims: 'a clean clone installs, starts and passes its tests on a machine without compiler, make and Python',
  takes: '3 minutes, 3 processes, 2 GB, the package registry',
  options: {},

  async prove({ folder, say }) {
    const clone = join(folder, 'clone')
    const env = bareEnvironment(join(folder, 'bin'))
    const step = stepper(folder, say)
    await step('git clone', await runCommand('git', ['clone', '--quiet', `file://${root}`, clone], { env }))
    const { output: commit } = await runCommand('git', ['log', '-1', '--format=%h %s'], { cwd: clone, env })
    const { output: tools } = await runCommand('sh', ['-c', `command -v ${ABSENT.join(' ')}`], { env })

    const npm = async (/** @type {string[]} */ ...args) =>
      step(`npm ${args.join(' ')}`, await runCommand('npm', args, { cwd: clone, env, withinMs: 900_000 }))
    const install = await npm('ci')
    const build = await npm('run', 'build')
    const startedAt = Date.now()
    const start = await npm('start', '--', '--once')
    const reports = filesSince(clone, startedAt, /\.html$/)
    const again = await npm('ci')
    const test = await npm('test')
    return {
      figures: {
        commit: commit.trim(),
        'npm ci, s': install.seconds.toFixed(1),
        'npm run build, s': build.seconds.toFixed(1),
        'npm start -- --once, s': start.seconds.toFixed(1),
        'npm test, s': test.seconds.toFixed(1),
      },
      findings: [
        finding(`none of ${ABSENT.join(', ')} can be found`, tools.trim() === '', tools.trim() || 'none'),
        finding(
          'npm ci ends in success, twice',
          install.code === 0 && again.code === 0,
          `${install.code}, ${again.code}`,
        ),
        finding('npm start -- --once ends in success', start.code === 0, `exit ${start.code}`),
        finding(
          `it ends within ${ONCE_SECONDS_MAX} s`,
          start.seconds < ONCE_SECONDS_MAX,
          `${start.seconds.toFixed(1)} s`,
        ),
        finding('it writes a report', reports.length > 0, reports.join(', ') || 'no page'),
        finding('npm test passes', test.code === 0, `exit ${test.code}`),
      ],
    }
  },
}

/**
 * A PATH of one folder that holds only what is needed, and nothing that an npm around us has told its children.
 * @param {string} bin
 * @returns {NodeJS.ProcessEnv}
 */
function bareEnvironment(bin) {
  mkdirSync(bin)
  for (const name of NEEDED) {
    const found = (process.env['PATH'] ?? '').split(delimiter).map((place) => join(place, name))
    const real = found.find((candidate) => existsSync(candidate))
    if (real === undefined) throw new Error(`fresh-clone: expected "${name}" on PATH, got none`)
    symlinkSync(realpathSync(real), join(bin, name))
  }
  const kept = Object.entries(process.env).filter(([key]) => !/^(npm_|NODE_OPTIONS$|INIT_CWD$|VITEST)/.test(key))
  return { ...Object.fromEntries(kept), PATH: bin }
}

/** Lines of an output that say what failed: a suite prints far more after them. */
const FAILURE = /^\s*(?:FAIL|failed:|[A-Z]\w*Error:|[×✗])/

/**
 * Says how each step ended, and keeps what it wrote.
 * @param {string} folder
 * @param {(text: string) => void} say
 */
function stepper(folder, say) {
  return async (/** @type {string} */ what, /** @type {import('./kit/command.mjs').Ended} */ ended) => {
    const file = join(folder, `${what.replaceAll(/\W+/g, '-')}.txt`)
    writeFileSync(file, ended.output)
    say(`${what}: exit ${String(ended.code)}, ${ended.seconds.toFixed(1)} s`)
    if (ended.code === 0) return ended
    const failures = stripVTControlCharacters(ended.output)
      .split('\n')
      .filter((line) => FAILURE.test(line))
    say([`${file} has all of it`, ...new Set(failures.slice(0, 30)), tail(ended.output, 5)].join('\n'))
    return ended
  }
}

/**
 * Files that were written after an instant, without those that were installed.
 * @param {string} folder
 * @param {number} since
 * @param {RegExp} pattern
 * @returns {string[]}
 */
function filesSince(folder, since, pattern) {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const fitting = names.filter((name) => pattern.test(name) && !name.includes('node_modules'))
  return fitting.filter((name) => statSync(join(folder, name)).mtimeMs >= since)
}
