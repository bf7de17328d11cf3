import { task } from '../../src/model/task-definition.js'

export const double = task('math:double', (input: { readonly n: number }) => input.n * 2)

export const fails = task('math:fails', {
  maxTries: 1,
  run: () => {
    throw new Error('cannot reach postgres://ann:hunter2@db\u001b[2J')
  },
})

export const waits = task('math:waits', {
  queue: 'slow',
  run: (_input: undefined, { signal }) =>
    new Promise<string>((resolve) => {
      signal.addEventListener('abort', () => resolve('stopped'))
    }),
})

export const elsewhere = task<{ readonly n: number }>('math:elsewhere')

export default [double, task('math:extra', () => 1)]
