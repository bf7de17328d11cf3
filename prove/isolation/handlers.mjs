/** What no handler should do, each under the name of its task; and one that behaves. */

/** @param {{ readonly ms: number }} payload */
export async function good({ ms }) {
  await new Promise((resolve) => setTimeout(resolve, ms))
  return process.pid
}

export function loop() {
  process.stdout.write('about to loop\n')
  for (;;);
}

export function heap() {
  const kept = []
  for (;;) kept.push({ at: kept.length, text: `number ${kept.length}` })
}

export function buffers() {
  const kept = []
  for (;;) kept.push(Buffer.alloc(1024 * 1024, 1))
}

export function exit() {
  process.exit(3)
}

export function text() {
  throw 'just text' // eslint-disable-line @typescript-eslint/only-throw-error -- that is what it is for
}

export async function never() {
  await new Promise(() => undefined)
}

/** What nobody waits for fails after a while. */
export async function later() {
  setTimeout(() => {
    throw new RangeError('behind the back')
  }, 1)
  await new Promise(() => undefined)
}
