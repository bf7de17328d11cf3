import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FailedError, UsageError } from './exit.js'
import { readPayload } from './read-payload.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rota-payload-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function* stdin(...chunks: readonly (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  yield* chunks
}

describe('a payload', () => {
  it('is JSON text on the command line', async () => {
    expect(await readPayload('{"a":[1,null,"x"]}', stdin())).toEqual({ a: [1, null, 'x'] })
    expect(await readPayload('null', stdin())).toBeNull()
  })

  it('may be left out', async () => {
    expect(await readPayload(undefined, stdin())).toBeUndefined()
  })

  it('is read from a file', async () => {
    const file = join(folder, 'payload.json')
    await writeFile(file, '{"from":"file"}\n')
    expect(await readPayload(`@${file}`, stdin())).toEqual({ from: 'file' })
  })

  it('is read from standard input, also when a character is cut in two', async () => {
    const bytes = Buffer.from('"ö"')
    expect(await readPayload('-', stdin(bytes.subarray(0, 2), bytes.subarray(2)))).toBe('ö')
    expect(await readPayload('-', stdin('\uFEFF1'))).toBe(1)
  })

  it('keeps large numbers that are inside of text', async () => {
    expect(await readPayload('{"id":"12345678901234567890"}', stdin())).toEqual({ id: '12345678901234567890' })
    expect(await readPayload(String.raw`["\"12345678901234567890"]`, stdin())).toEqual(['"12345678901234567890'])
  })
})

describe('what is no payload', () => {
  it.each(['{a:1}', '', 'hello', '{"a":1', '[1,]'])('is refused as bad usage: %j', async (text) => {
    await expect(readPayload(text, stdin())).rejects.toThrow(UsageError)
  })

  it('is refused when a number would lose digits', async () => {
    await expect(readPayload('{"id":12345678901234567890}', stdin())).rejects.toThrow(
      /12345678901234567890 would lose digits/,
    )
  })

  it('is refused when the file cannot be read', async () => {
    const missing = readPayload(`@${join(folder, 'missing.json')}`, stdin())
    await expect(missing).rejects.toThrow(FailedError)
    await expect(missing).rejects.toThrow(/missing\.json: ENOENT/)
  })

  it('is refused when its bytes are no UTF-8, wherever they come from', async () => {
    const bytes = Buffer.from([0x22, 0xff, 0xfe, 0x22])
    const file = join(folder, 'latin.json')
    await writeFile(file, bytes)
    await expect(readPayload('-', stdin(bytes))).rejects.toThrow(/payload on standard input: expected text in UTF-8/)
    await expect(readPayload(`@${file}`, stdin())).rejects.toThrow(UsageError)
  })

  it('is refused when the file is far too large', async () => {
    const file = join(folder, 'large.json')
    await writeFile(file, Buffer.alloc(6_291_457, ' '))
    await expect(readPayload(`@${file}`, stdin())).rejects.toThrow(/large\.json: expected at most 6291456 bytes/)
  })

  it('is not read to the end when standard input is far too large', async () => {
    let read = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        read++
        yield new Uint8Array(65_536)
      }
    }
    await expect(readPayload('-', endless())).rejects.toThrow(/at most 6291456 bytes/)
    expect(read).toBeLessThan(100)
  })
})
