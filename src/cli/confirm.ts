import { UsageError } from './exit.js'
import type { Input } from './host.js'
import type { Session } from './session.js'

/**
 * Asks before something that cannot be undone; true when the answer is yes. With `force` it does not ask;
 * without a terminal nobody could answer, so `force` is demanded there.
 */
export async function confirm(session: Session, question: string, force: boolean | undefined): Promise<boolean> {
  if (force === true) return true
  if (session.host.stdin.isTTY !== true || !session.err.isTerminal) {
    throw new UsageError('refusing to do this unasked: without a terminal it needs --force')
  }
  session.err.ask(`${question} [y/N]`)
  const answer = await readLine(session.host.stdin, session.signal)
  const yes = /^y(es)?$/i.test(answer.trim())
  if (!yes) session.err.line('Nothing was changed.')
  return yes
}

async function readLine(input: Input, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted()
  const chunks = input[Symbol.asyncIterator]()
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
  let line = ''
  while (!line.includes('\n')) {
    const chunk = await Promise.race([chunks.next(), aborted])
    if (chunk.done === true) break
    line += typeof chunk.value === 'string' ? chunk.value : Buffer.from(chunk.value).toString('utf8')
  }
  return line.split('\n')[0] ?? ''
}
