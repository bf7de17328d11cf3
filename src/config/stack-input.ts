/** The entries of a stack, by name: 3 to 24 letters, digits or `-`. Names are kebab-cased on record. */
export interface EntriesInput {
  /** Called with `Task.<stack>.<name>(payload)`. A path is a task with all defaults. */
  readonly tasks?: Readonly<Record<string, string | TaskInput>> | undefined
  /** Schedules that belong to the stack: gone from here, gone from the store. */
  readonly crons?: Readonly<Record<string, CronInput>> | undefined
  /** Messages for a consumer, or limits for tasks. */
  readonly queues?: Readonly<Record<string, string | QueueInput>> | undefined
  /** The tasks, `task` or `stack:task`, that get a job for each message. */
  readonly topics?: Readonly<Record<string, readonly string[]>> | undefined
}

/** A named group of tasks, crons, queues and topics. */
export type StackInput = EntriesInput

/** How often something is tried: one of both. */
interface TriesInput {
  /** Attempts after the first that has failed, 0 to 2. @defaultValue `2` */
  readonly retryAttempts?: number | undefined
  /** Attempts in all, 1 to 1,000,000; stands in place of `retryAttempts`. */
  readonly maxTries?: number | undefined
}

/** A task: what runs, how often it is tried, and where its jobs wait. */
export interface TaskInput extends TriesInput {
  /** The function, or just its source file. */
  readonly consumer: string | FunctionInput
  /** The queue that its jobs go to, of this stack or `stack:queue`. @defaultValue `'default'` */
  readonly queue?: string | undefined
}

/** A schedule that belongs to the stack. */
export interface CronInput extends TriesInput {
  /** When it is due: `'5 minutes'`, `'rate(1 day)'`, `'0 8 * * mon-fri'`, `'@daily'`. */
  readonly schedule: string
  /** IANA name. @defaultValue `'UTC'` */
  readonly timeZone?: string | undefined
  /** The task that gets the jobs, of this stack or `stack:task`. Either this or `consumer`. */
  readonly task?: string | undefined
  /** A function of its own, or the name of a task. Either this or `task`. */
  readonly consumer?: string | FunctionInput | undefined
  /** What each job gets. */
  readonly payload?: unknown
  /** false: it fires nothing. @defaultValue `true` */
  readonly enabled?: boolean | undefined
}

/** A queue: messages for a consumer, or a limit for the tasks that use it. */
export interface QueueInput extends TriesInput {
  /** A task by name, or a function of its own. Without it only tasks use the queue. */
  readonly consumer?: string | FunctionInput | undefined
  /** Messages that a consumer of its own gets at a time, 1 to 10: with 1 the message itself, with more a list. @defaultValue `1` */
  readonly batchSize?: number | undefined
  /** Jobs of it that run at one time, over the whole fleet. @defaultValue no limit */
  readonly concurrency?: number | undefined
}

/** A function: its code, and what it may use while it runs. */
export interface FunctionInput extends FunctionSettings {
  /** The path of its source, how that is bundled, or a folder that is bundled already. */
  readonly code: string | SourceInput | { readonly bundle: string }
}

/** Settings of every function that does not say otherwise; objects are merged, lists joined. */
export interface FunctionDefaultsInput extends FunctionSettings {
  readonly code?: BundleOptions | undefined
}

/** How source files are bundled. */
export interface BundleOptions {
  /** @defaultValue `true` */
  readonly minify?: boolean | undefined
  /** Modules that are kept although nothing of them is used. */
  readonly moduleSideEffects?: readonly string[] | undefined
  /** Modules that are not bundled but loaded when the function runs. */
  readonly external?: readonly string[] | undefined
  /** Endings or globs of files that are imported as text. */
  readonly importAsString?: readonly string[] | undefined
}

/** A source file and how it is bundled. */
export interface SourceInput extends BundleOptions {
  readonly file: string
}

interface FunctionSettings {
  /** Module and export inside the bundle. @defaultValue `'index.default'` */
  readonly handler?: string | undefined
  /** How long one attempt may take, 10 seconds to 15 minutes. @defaultValue `'10 seconds'` */
  readonly timeout?: string | undefined
  /** How much memory it may use, 128 MB to 10 GB. @defaultValue `'128 MB'` */
  readonly memorySize?: string | undefined
  /**
   * Its environment variables, beside `ROTA_URL` and the few of the worker that hold no secret, such as `PATH`, `TZ` and `NODE_ENV`.
   * With the isolation `none` it has those of the worker, and not these. Never shown.
   */
  readonly environment?: Readonly<Record<string, string>> | undefined
  /** In a process of its own; in a thread, where the limit counts the heap alone; in the process of the worker. @defaultValue `'process'` */
  readonly isolation?: 'process' | 'thread' | 'none' | undefined
  /** Instances that are kept ready, 0 to 10. @defaultValue `0` */
  readonly warm?: number | undefined
  /** Runs of it at one time, over the whole fleet. @defaultValue no limit */
  readonly reserved?: number | undefined
  /** What it may call through `Task`, `Queue`, `Topic` and `Cron`, each as `stack:name`. @defaultValue everything */
  readonly calls?: readonly string[] | undefined
  /** What is kept of its logs: false for nothing, how long, or all there is to say. @defaultValue 7 days, json, warn */
  readonly log?: boolean | string | LogInput | undefined
  /** AWS only. @defaultValue `'nodejs24.x'` */
  readonly runtime?: string | undefined
  /** AWS only. @defaultValue `'arm64'` */
  readonly architecture?: 'arm64' | 'x86_64' | undefined
  /** The size of `/tmp`, 512 MB to 10 GB. AWS only. @defaultValue `'512 MB'` */
  readonly ephemeralStorageSize?: string | undefined
  /** AWS only. @defaultValue `false` */
  readonly vpc?: boolean | undefined
  /** AWS only. */
  readonly layers?: readonly string[] | undefined
  /** AWS only. */
  readonly permissions?: PermissionInput | readonly PermissionInput[] | undefined
}

/** What is kept of what a function logs. */
export interface LogInput {
  /** One of the lengths that CloudWatch offers; 0 days keep nothing. @defaultValue `'7 days'` */
  readonly retention?: string | undefined
  /** @defaultValue `'json'` */
  readonly format?: 'json' | 'text' | undefined
  /** The least that is kept of what the system says of it. @defaultValue `'warn'` */
  readonly system?: 'debug' | 'info' | 'warn' | undefined
  /** The least that is kept of what it says itself. @defaultValue everything; on AWS `'error'` */
  readonly level?: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | undefined
}

/** A statement of an IAM policy. */
export interface PermissionInput {
  /** @defaultValue `'allow'` */
  readonly effect?: 'allow' | 'deny' | undefined
  readonly actions: readonly string[]
  readonly resources: readonly string[]
}
