import { enter } from './books.js'

/** What is told of a job that has failed for good. */
interface Failure {
  readonly id: string
  readonly source?: { readonly resource: string }
  readonly error?: { readonly message: string }
}

export default async function onFailure({ id, source, error }: Failure): Promise<void> {
  await enter('failures', id, { resource: source?.resource ?? null, message: error?.message ?? null })
}
