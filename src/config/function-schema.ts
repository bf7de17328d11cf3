import { z } from 'zod'
import { parseDurationText } from '../model/duration-text.js'
import { choice, duration, flag, members, path, size, text, texts, wholeNumber } from './value-schemas.js'

const DAY_MS = 86_400_000

/** Days that CloudWatch can keep logs, from its API; 0 keeps none. */
const RETENTION_DAYS = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const

const sourceOptions = {
  minify: flag().optional().meta({ description: 'Makes the bundle small.', default: true }),
  moduleSideEffects: texts('a list of module names')
    .optional()
    .meta({ description: 'Modules that are kept although nothing of them is used.', default: [] }),
  external: texts('a list of module names')
    .optional()
    .meta({ description: 'Modules that are not bundled but loaded when the function runs.', default: [] }),
  importAsString: texts('a list of endings or globs')
    .optional()
    .meta({ description: 'Endings or globs of files that are imported as text.', default: [] }),
}

const source = members('an object with "file"', {
  file: path('./src/process-order.ts').meta({ description: 'The source file.' }),
  ...sourceOptions,
}).meta({ id: 'SourceCode', description: 'A source file and how it is bundled.' })

const bundle = members('an object with "bundle"', {
  bundle: path('./dist/process-order').meta({
    description: 'A folder that is bundled already, with the module of the handler in it.',
  }),
}).meta({ id: 'BundledCode', description: 'What is bundled already.' })

const code = z.union([path('./src/process-order.ts'), source, bundle], {
  error: 'a path, or an object with "file" or "bundle"',
})

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const

const retentionText = `a length that CloudWatch offers, such as "7 days" (${RETENTION_DAYS.join(', ')} days)`
const retention = z
  .string({ error: retentionText })
  .refine(isRetention, { error: retentionText })
  .meta({ examples: ['0 days', '7 days', '30 days'] })

const logOptions = members('an object with retention, format, system or level', {
  retention: retention.optional().meta({
    description: `How long logs are kept: ${RETENTION_DAYS.join(', ')} days. 0 keeps none. Outside of AWS they are kept as long as the record of their job.`,
    default: '7 days',
  }),
  format: choice(['json', 'text']).optional().meta({
    description:
      'With `json` a line that is a JSON object with a `level` has that level; with `text` what is printed is `info`, and `error` on the error stream.',
    default: 'json',
  }),
  system: choice(['debug', 'info', 'warn']).optional().meta({
    description:
      'The least that is kept of what rota says of its runs: `debug` that they start, `info` how they ended, `warn` that they are about to time out.',
    default: 'warn',
  }),
  level: choice(levels).optional().meta({
    description: 'The least that is kept of what the function logs. Without it everything is, and on AWS `error`.',
  }),
}).meta({ id: 'Log', description: 'What is kept of what a function logs.' })

const log = z.union([flag(), retention, logOptions], {
  error: 'true, false, a duration such as "7 days", or an object with retention, format, system or level',
})

const permission = members('an object with actions and resources', {
  effect: choice(['allow', 'deny']).optional().meta({ description: 'What becomes of the actions.', default: 'allow' }),
  actions: texts('a list of actions such as "s3:GetObject"').meta({ description: 'Actions such as `s3:GetObject`.' }),
  resources: texts('a list of resources such as "*"').meta({
    description: 'Resources such as `arn:aws:s3:::bucket/*`.',
  }),
}).meta({ id: 'Permission', description: 'A statement of an IAM policy. AWS only.' })

const variables = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'the name of a variable: letters, digits or "_", no digit first' }),
    // The system refuses a NUL, and Node then shows the value.
    z.string({ error: 'text' }).refine((value) => !value.includes('\0'), { error: 'text without NUL' }),
    { error: 'an object of variables' },
  )
  .optional()

const settings = {
  handler: text('a module and an export, such as "index.default"')
    .regex(/^[^\s.]+(?:\.[^\s.]+)*\.[A-Za-z_$][\w$]*$/, { error: 'a module and an export, such as "index.default"' })
    .optional()
    .meta({
      description: 'Module and export that run, the module as it is called in the bundle.',
      default: 'index.default',
    }),
  timeout: duration('10 seconds', '15 minutes', '2 minutes')
    .optional()
    .meta({ description: 'How long one attempt may take, 10 seconds to 15 minutes.', default: '10 seconds' }),
  memorySize: size('128 MB', '10 GB', '512 MB').optional().meta({
    description: 'How much memory it may use, 128 MB to 10 GB. A hard limit, except for the isolation `none`.',
    default: '128 MB',
  }),
  environment: variables.meta({
    description:
      'Its environment variables, beside `ROTA_URL` and the few of the worker that hold no secret, such as `PATH`, `TZ` and `NODE_ENV`. The isolation `none` allows none: there it has those of the worker. Never shown.',
    default: {},
  }),
  isolation: choice(['process', 'thread', 'none']).optional().meta({
    description:
      'Where it runs: in a process of its own; in a thread, where the limit counts the heap alone; in the process of the worker.',
    default: 'process',
  }),
  warm: wholeNumber(0, 10).optional().meta({ description: 'Instances that are kept ready.', default: 0 }),
  reserved: wholeNumber(0)
    .optional()
    .meta({ description: 'Runs of it at one time, over the whole fleet. Without it there is no limit.' }),
  calls: z
    .array(
      text('a name such as "orders:sendReceipt"').regex(/^[^:]+:[^:]+$/, {
        error: 'a name such as "orders:sendReceipt"',
      }),
      {
        error: 'a list of names such as "orders:sendReceipt"',
      },
    )
    .optional()
    .meta({
      description:
        'What it may call through `Task`, `Queue`, `Topic` and `Cron`, each as `stack:name`. Without it everything. Keeps a function to its own, and not an attacker out: it has the address of the store.',
    }),
  log: log.optional().meta({
    description: 'What is kept of its logs: false for nothing, how long, or all there is to say.',
    default: { retention: '7 days', format: 'json', system: 'warn' },
  }),
  runtime: text('a runtime such as "nodejs24.x"').optional().meta({
    description: 'The runtime of Lambda: `nodejs24.x`, `container`, or any other that it knows. AWS only.',
    default: 'nodejs24.x',
  }),
  architecture: choice(['arm64', 'x86_64'])
    .optional()
    .meta({ description: 'The processor. AWS only.', default: 'arm64' }),
  ephemeralStorageSize: size('512 MB', '10 GB', '1 GB')
    .optional()
    .meta({ description: 'The size of `/tmp`, 512 MB to 10 GB. AWS only.', default: '512 MB' }),
  vpc: flag().optional().meta({ description: 'Whether it runs inside the VPC. AWS only.', default: false }),
  layers: texts('a list of layers').optional().meta({ description: 'Layers of Lambda. AWS only.', default: [] }),
  permissions: z
    .union([permission, z.array(permission)], { error: 'a statement with actions and resources, or a list of them' })
    .optional()
    .meta({ description: 'What it may do on AWS. AWS only.', default: [] }),
}

/** A function with all its settings. */
export const functionSchema = members('an object with "code"', {
  code: code.meta({
    description: 'What it runs: the path of its source, how that is bundled, or what is bundled already.',
  }),
  ...settings,
}).meta({ id: 'Function', description: 'A function: its code, and what it may use while it runs.' })

/** A function, or just its source file. */
export const consumerSchema = z.union([path('./src/process-order.ts'), functionSchema], {
  error: 'the path of a file, or an object with "code"',
})

/** What all functions of an app have in common. */
export const functionDefaultsSchema = members('an object with settings of functions', {
  code: members('an object with minify, external, importAsString or moduleSideEffects', sourceOptions)
    .meta({ id: 'BundleOptions', description: 'How source files are bundled.' })
    .optional()
    .meta({ description: 'How source files are bundled.' }),
  ...settings,
}).meta({ id: 'FunctionDefaults', description: 'Settings of every function that does not say otherwise.' })

function isRetention(given: string): boolean {
  const length = parseDurationText(given.trim())
  return RETENTION_DAYS.some((days) => days * DAY_MS === length)
}

export type FunctionOutput = z.output<typeof functionSchema>
export type FunctionDefaultsOutput = z.output<typeof functionDefaultsSchema>
