import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stampsBeside } from './contract-stamps.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rota-stamps-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(tasks: Readonly<Record<string, string>>): void {
  const all = Object.entries(tasks).map(([name, stamp]) => [name, { stamp, version: 1, migrates: [], schema: null }])
  writeFileSync(
    join(folder, 'rota.contracts.json'),
    JSON.stringify({ format: 1, tasks: Object.fromEntries(all) as unknown }),
  )
}

describe('the contracts that payloads are written under', () => {
  it('are told to everybody who asks while the file is being read', async () => {
    write({ 'orders:pay': '1-a', 'orders:mail': '1-b' })
    const stampOf = stampsBeside(folder)
    expect(await Promise.all(['orders:pay', 'orders:mail', 'toString'].map(stampOf))).toEqual(['1-a', '1-b', undefined])
  })

  it('stay those of the release that this program is, when another is written over it', async () => {
    write({ 'orders:pay': '1-a' })
    const stampOf = stampsBeside(folder)
    expect(await stampOf('orders:pay')).toBe('1-a')
    write({ 'orders:pay': '2-c' })
    expect(await stampOf('orders:pay')).toBe('1-a')
  })

  it('are looked for again when they could not be read', async () => {
    writeFileSync(join(folder, 'rota.contracts.json'), '{')
    const stampOf = stampsBeside(folder)
    expect(await stampOf('orders:pay')).toBeUndefined()
    write({ 'orders:pay': '1-a' })
    expect(await stampOf('orders:pay')).toBe('1-a')
  })
})
