import { Tasker } from '../../src/tasker/tasker.js'

const tasker = new Tasker(null, {
  log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
})
tasker.handle('test', ({ foo }) => ({ handled: foo }))
tasker.handle('quiet', () => undefined)
tasker.handle('huge', () => 10n)
tasker.handle('function', () => () => 'never')
tasker.handle('waits', (_event, { signal }) => {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('stopped')))
  })
})
tasker.handle('bad', () => {
  throw new TypeError('cannot reach postgres://ann:hunter2@db\u001b[2J')
})

export default tasker
export { tasker as again }
export const { handler } = tasker
