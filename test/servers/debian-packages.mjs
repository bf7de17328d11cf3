/**
 * Installs what tests need and a fresh Debian has not.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'

/** A slow machine takes minutes. */
const WITHIN_MS = 120_000

/** How long to wait for somebody who installs something else, and how often to look for lists that somebody else fetches. */
const LOCK_S = 60
const TRIES = 5
const PAUSE_S = 3

/** Whether anything may be installed here: as root of a Debian whose only purpose is this run of tests. */
export function mayInstall() {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get') && process.env['CI'] === 'true'
}

/**
 * Installs a package of the system, and nothing that it merely recommends; false where it cannot.
 * @param {string} name
 */
export function installPackage(name) {
  if (!mayInstall()) return false
  // Lists of packages may be missing, or older than the archive; and somebody else may be installing something.
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (apt('install', '-qq', '-y', '--no-install-recommends', name)) return true
    if (!apt('update', '-qq')) spawnSync('sleep', [String(PAUSE_S)])
  }
  return false
}

/**
 * The same in a process of its own, for those who must not stand still meanwhile.
 * @param {string} name
 */
export async function installBeside(name) {
  if (!mayInstall()) return false
  const code = `import { installPackage } from ${JSON.stringify(import.meta.url)}; process.exit(installPackage(${JSON.stringify(name)}) ? 0 : 1)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], { stdio: 'ignore' })
  await once(child, 'exit')
  return child.exitCode === 0
}

/** @param {string[]} args */
function apt(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const given = ['-o', `DPkg::Lock::Timeout=${LOCK_S}`, ...args]
  return spawnSync('apt-get', given, { stdio: 'ignore', timeout: WITHIN_MS, env }).status === 0
}
