import { join } from 'node:path'
import type { FunctionCode, SourceCode } from '../../config/app-config.js'

/** What is to be bundled: the code of one consumer. */
export interface BundleTarget {
  /** The task on record, `orders:process-order`: what messages call it, and where its builds lie. */
  readonly task: string
  readonly code: FunctionCode
  /** `index.default`: which file of a finished bundle it is. */
  readonly handler: string
}

/** A target that has to be bundled. */
export interface SourceTarget extends BundleTarget {
  readonly code: SourceCode
}

/** Something that Node can run. */
export interface Bundle {
  /** Absolute. */
  readonly file: string
  /** What went into it, absolute; where it changes, so may the bundle. */
  readonly inputs: readonly string[]
  /** Whether it was there already. */
  readonly isCached: boolean
  readonly tookMs: number
}

export function isSource(target: BundleTarget): target is SourceTarget {
  return 'file' in target.code
}

/** The folder of the builds of one task: below the app, so that what is not bundled is found in its `node_modules`. */
export function buildFolder(root: string, task: string): string {
  return join(root, '.rota', 'build', ...task.split(':'))
}
