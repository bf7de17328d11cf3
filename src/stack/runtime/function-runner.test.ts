import { expect, test } from 'vitest'
import { functionConfig } from '../../../test/stack/app-config.js'
import { ChildRoom } from '../../isolation/child-room.js'
import { FakeClock } from '../../time/fake-clock.js'
import { makeFunctionRunner } from './function-runner.js'

test('a bundle that comes when its function was closed starts no child', async () => {
  const room = new ChildRoom(4)
  const runner = makeFunctionRunner({
    what: 'task "orders:one"',
    config: functionConfig('/one.mjs', { isolation: 'process', warm: 2 }),
    folder: import.meta.dirname,
    environment: {},
    invoker: () => {
      throw new Error('nobody calls')
    },
    clock: new FakeClock(),
    room,
    onOutput: () => undefined,
  })
  await runner.close()
  await runner.use(import.meta.filename)
  expect(room.figures.children).toBe(0)
})
