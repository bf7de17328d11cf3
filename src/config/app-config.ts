import type { DurationMs } from '../model/units.js'
import type { Contracts } from './contracts-file.js'

/**
 * What the config files of an app say, read, judged and with every default filled in: plain data. Names on record are
 * `<stack>:<name>`, kebab-cased, so that `processOrder` of the stack `orders` is the task `orders:process-order`.
 */
export interface AppConfig {
  /** `app` of the file; else the name in the `package.json` beside it, without its scope; else its folder. Kebab-cased. */
  readonly app: string
  /** The file at the root: `rota.json`, `rota.jsonc` or `rota.config.ts`. Absolute. */
  readonly file: string
  /** The folder of that file. Absolute. */
  readonly folder: string
  /** Every file that was read, the root first: what a watcher has to watch. Absolute. */
  readonly files: readonly string[]
  /** The store; a relative SQLite file is already resolved against `folder`. null: the file names none. */
  readonly url: string | null
  /** Stores by name, for `--context`; resolved like `url`. */
  readonly contexts: Readonly<Record<string, string>>
  /** What gets the record of every job that has failed for good. */
  readonly onFailure: FunctionConfig | null
  /** What gets the warnings and errors that tasks log. */
  readonly onErrorLog: FunctionConfig | null
  /** In the order of the root file, then those of `stack.json` files in the order of their paths. */
  readonly stacks: readonly StackConfig[]
  /** Where something was given that acts on AWS only, so that other targets can say so once. */
  readonly awsOnly: readonly AwsOnlyUse[]
  /** What payloads of the tasks look like, as it is written in `rota.contracts.json` beside the root file; null: nobody has. */
  readonly contracts: Contracts | null
  /** The folder `tasks` beside the root file, when it holds `*.json` (schedules by file). Absolute. */
  readonly tasksDir: string | null
}

/** A named group of tasks, crons, queues and topics. */
export interface StackConfig {
  /** What proxies call it: `myStack` of `Task.myStack`. Kebab-casing it gives `name`. */
  readonly key: string
  /** `my-stack`. */
  readonly name: string
  /** The file that holds it; paths in it count from its folder. Absolute. */
  readonly file: string
  /** Everything that runs: the tasks, and one for each cron and each queue that has a consumer of its own. */
  readonly tasks: readonly StackTask[]
  readonly crons: readonly StackCron[]
  readonly queues: readonly StackQueue[]
  readonly topics: readonly StackTopic[]
}

/** What every entry of a stack is called. */
export interface Named {
  /** What proxies call it, as the file writes it unless that is no identifier: `processOrder`. Kebab-casing it gives `name`. */
  readonly key: string
  /** `process-order`. */
  readonly name: string
  /** On record: `orders:process-order`. Distinct over all entries of its kind in all stacks. */
  readonly record: string
}

/** Something that runs. */
export interface StackTask extends Named {
  /**
   * Whose consumer it is. Only `task` is called through the proxy `Task`. The record of a cron's is `<stack>:cron:<name>`, that of
   * a queue's `<stack>:queue:<name>`, so that a cron and a task may share a name.
   */
  readonly of: 'task' | 'cron' | 'queue'
  readonly consumer: FunctionConfig
  /** Attempts in all: 1 + `retryAttempts`. */
  readonly maxTries: number
  /** The queue that its jobs go to, on record: `default`, or one of `queues` of any stack. */
  readonly queue: string
}

/** A schedule that the stack owns: gone from the file, gone from the store. */
export interface StackCron extends Named {
  /** As `parseSchedule` reads it; judged. `"5 minutes"` of the file is `rate(5 minutes)` here. */
  readonly schedule: string
  /** IANA name. */
  readonly timeZone: string
  /** The task of its jobs, on record; a `StackTask` of some stack. */
  readonly task: string
  /** null when the file gives none, and also when it gives `null`: see `hasPayload`. */
  readonly payload: unknown
  readonly hasPayload: boolean
  readonly enabled: boolean
  /** null: as many as its task has. */
  readonly maxTries: number | null
}

/** A queue: settings for the jobs of tasks, or, with a consumer, messages. */
export interface StackQueue extends Named {
  /** The task that gets the messages, on record; null for a queue that only tasks name. */
  readonly consumer: string | null
  /**
   * Messages that the consumer gets at a time; with 1 it gets the message itself, with more a list. A task that gets lists here gets
   * a list of one from everywhere else. 1 to 10.
   */
  readonly batchSize: number
  /** Jobs of the queue that may run at one time over the whole fleet; null: no limit. */
  readonly concurrency: number | null
}

/** A name to publish to: each subscriber gets a job. */
export interface StackTopic extends Named {
  /** Tasks on record, each once, of any stack. */
  readonly subscribers: readonly string[]
}

/** One function: its code, and what it may use while it runs. */
export interface FunctionConfig {
  readonly code: FunctionCode
  /** Module and export inside the bundle: `index.default`, `index.handler`. */
  readonly handler: string
  /** 10 s to 15 min. */
  readonly timeoutMs: DurationMs
  /** 128 MB to 10 GB, in bytes. */
  readonly memoryBytes: number
  /** Its own variables. Values may be secrets: never to be shown. */
  readonly environment: Readonly<Record<string, string>>
  readonly isolation: 'process' | 'thread' | 'none'
  /** Instances that are kept ready, 0 to 10. */
  readonly warm: number
  /** Runs of it at one time over the whole fleet; null: no limit. */
  readonly reserved: number | null
  /** What it may call through `Task`, `Queue`, `Topic` and `Cron`, on record; null: everything. */
  readonly calls: readonly string[] | null
  readonly log: LogConfig
  readonly aws: AwsFunctionConfig
}

/** Source to bundle, or what is bundled already. */
export type FunctionCode = SourceCode | { readonly bundle: string }

/** A source file and how it is bundled. */
export interface SourceCode {
  /** Absolute. */
  readonly file: string
  readonly minify: boolean
  /** Modules that are not bundled but loaded when the function runs. */
  readonly external: readonly string[]
  /** Endings or globs of files that are imported as text. */
  readonly importAsString: readonly string[]
  /** Modules that are kept although nothing of them is used. */
  readonly moduleSideEffects: readonly string[]
}

/** What is kept of what a function logs. */
export interface LogConfig {
  /** 0: nothing is kept. */
  readonly retentionMs: DurationMs
  readonly format: 'text' | 'json'
  /** The least that is kept of what the system says of it. */
  readonly system: 'debug' | 'info' | 'warn'
  /** The least that is kept of what it says itself; null: the file does not say, which is everything here and `error` on AWS. */
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | null
}

/** What acts on AWS only. */
export interface AwsFunctionConfig {
  /** `nodejs24.x`, `container` or whatever Lambda knows. */
  readonly runtime: string
  readonly architecture: 'x86_64' | 'arm64'
  readonly ephemeralStorageBytes: number
  readonly vpc: boolean
  readonly layers: readonly string[]
  readonly permissions: readonly AwsPermission[]
}

/** A statement of an IAM policy. */
export interface AwsPermission {
  readonly effect: 'allow' | 'deny'
  readonly actions: readonly string[]
  readonly resources: readonly string[]
}

/** A property that acts on AWS only, and where it was given. */
export interface AwsOnlyUse {
  readonly property: 'runtime' | 'vpc' | 'layers' | 'architecture' | 'ephemeralStorageSize' | 'permissions'
  /** Absolute. */
  readonly file: string
  /** From 1; null where the file is a program and the place cannot be told. */
  readonly line: number | null
  /** `stacks.orders.tasks.processOrder.consumer.vpc`. */
  readonly path: string
}
