import { decode } from '../codec/decode.js'
import { encodeUnmeasured } from '../codec/encode.js'
import type { EncodedValue } from '../model/job.js'
import type { ToChild } from './messages.js'

type Run = Extract<ToChild, { readonly kind: 'run' }>

/** What crosses the border to a thread. */
export type ThreadMessage = Exclude<ToChild, Run> | (Omit<Run, 'payload'> & { readonly payload: EncodedValue })

/** Between threads a `Buffer` becomes a `Uint8Array`, whose texts are others; between processes it does not. */
export function packMessage(message: ToChild): ThreadMessage {
  return message.kind === 'run'
    ? { ...message, payload: encodeUnmeasured(message.payload, 'payload', Infinity) }
    : message
}

/** The message as it was before `packMessage`. */
export function unpackMessage(message: ThreadMessage): ToChild {
  return message.kind === 'run' ? { ...message, payload: decode(message.payload) } : message
}
