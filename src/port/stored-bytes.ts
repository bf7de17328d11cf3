import type { NewJob } from '../model/job.js'

/** What counts towards `limits.enqueueBytes`: the texts whose length is the caller's. */
export function storedBytes({ payload, headers }: Pick<NewJob, 'payload' | 'headers'>): number {
  return bytesOf(headers) + bytesOf(payload?.json) + bytesOf(payload?.note)
}

function bytesOf(text: string | null | undefined): number {
  return text == null ? 0 : Buffer.byteLength(text)
}
