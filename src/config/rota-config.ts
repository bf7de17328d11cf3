import type { EntriesInput, FunctionDefaultsInput, FunctionInput, StackInput } from './stack-input.js'

/** What the file at the root of an app says: its stacks, or one stack whose entries stand at its top. */
export interface RotaConfig extends EntriesInput {
  /** For editors: `./node_modules/rota/schema.json`. */
  readonly $schema?: string | undefined
  /** What the app is called. @defaultValue the name of its package, or else of its folder */
  readonly app?: string | undefined
  /** The store; a relative file counts from the folder of the config. `ROTA_URL` and `--url` go before it. */
  readonly url?: string | undefined
  /** More stores by name, for `--context`. */
  readonly contexts?: Readonly<Record<string, string>> | undefined
  /** What entries have in common. */
  readonly defaults?: { readonly function?: FunctionDefaultsInput | undefined } | undefined
  /** What gets the record of each job that has failed for good. */
  readonly onFailure?: string | FunctionInput | undefined
  /** What gets the warnings and errors that functions log. */
  readonly onErrorLog?: string | FunctionInput | undefined
  /** Stacks by name. */
  readonly stacks?: Readonly<Record<string, StackInput>> | undefined
  /** What the only stack is called, when its entries stand at the top. @defaultValue the name of the folder */
  readonly name?: string | undefined
}
