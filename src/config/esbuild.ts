import { RotaError } from '../model/errors.js'

/** A mistake as esbuild tells it; lines count from 1, columns from 0. */
export interface EsbuildMessage {
  readonly text: string
  readonly location: { readonly file: string; readonly line: number; readonly column: number } | null
}

/**
 * The esbuild of the user, of which a caller states what it asks. Rejects with `BUNDLER_MISSING` where there is none: `needs` says who needs
 * it, `instead` what else one could do.
 */
export async function loadEsbuild<Used>({ needs, instead = '', facts = {} }: EsbuildNeed): Promise<Used> {
  const name = 'esbuild' // a computed name: an optional peer must not be looked for by whoever compiles or bundles rota
  try {
    return (await import(name)) as Used
  } catch (cause) {
    if ((cause as { readonly code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    const message = `${needs} the package "esbuild"; run "npm install --save-dev esbuild"${instead}`
    throw new RotaError('BUNDLER_MISSING', message, { facts: { ...facts, install: 'esbuild' }, cause })
  }
}

interface EsbuildNeed {
  readonly needs: string
  readonly instead?: string
  readonly facts?: Readonly<Record<string, string>>
}

/** What esbuild has found wrong; none when it failed for another reason. */
export function esbuildMessages(error: unknown): readonly EsbuildMessage[] {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors)
    ? (error.errors as EsbuildMessage[])
    : []
}
