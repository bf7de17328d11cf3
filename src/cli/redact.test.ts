import { expect, it } from 'vitest'
import { redactSecrets } from './redact.js'

it.each([
  ['postgres://ann:s3cret@db:5432/app', 'postgres://***@db:5432/app'],
  ['connect to nats://token@host:4222 failed', 'connect to nats://***@host:4222 failed'],
  ['postgres://u:p@ss@db/app', 'postgres://***@db/app'],
  ['aws:?access_key=AK1&region=eu&secretAccessKey=abc', 'aws:?access_key=***&region=eu&secretAccessKey=***'],
  ['postgres://db/app?password=s3cret&ssl=1', 'postgres://db/app?password=***&ssl=1'],
  ['X-Amz-Signature=abc123 x', 'X-Amz-Signature=*** x'],
])('shows %j as %j', (text, shown) => {
  expect(redactSecrets(text)).toBe(shown)
})

it.each(['sqlite:rota.db', 'sqlite:/var/lib/a@b/rota.db', 'mail to ann@example.org', 'no secrets here'])(
  'leaves %j alone',
  (text) => {
    expect(redactSecrets(text)).toBe(text)
  },
)
