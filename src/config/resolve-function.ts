import { dirname, resolve } from 'node:path'
import type { AwsPermission, FunctionCode, FunctionConfig, LogConfig } from './app-config.js'
import { deepMerge } from './deep-merge.js'
import type { ConsumerOutput } from './file-schema.js'
import type { FunctionDefaultsOutput, FunctionOutput } from './function-schema.js'
import { referenceOf } from './task-reference.js'
import { readDuration, readSize } from './value-schemas.js'

/** Settings in the one form that can be merged: no short cuts, nothing filled in. */
interface Settings extends Omit<FunctionDefaultsOutput, 'code' | 'log' | 'permissions'> {
  readonly code: Partial<Record<'file' | 'bundle', string>> & NonNullable<FunctionDefaultsOutput['code']>
  readonly log: Exclude<FunctionOutput['log'], boolean | string | undefined>
  readonly permissions: readonly Omit<AwsPermission, 'effect'>[]
}

/** What a function says in a file, its defaults below it, and the house's below those. `file` is where it stands. */
export function resolveFunction(
  given: ConsumerOutput,
  { defaults, file }: { readonly defaults: FunctionDefaultsOutput; readonly file: string },
): FunctionConfig {
  const merged = deepMerge(
    settingsOf(defaults),
    settingsOf(typeof given === 'string' ? { code: given } : given),
  ) as Settings
  const { reserved = null } = merged
  return {
    code: resolveCode(merged.code, dirname(file)),
    handler: merged.handler ?? 'index.default',
    timeoutMs: readDuration(merged.timeout ?? '10 seconds'),
    memoryBytes: readSize(merged.memorySize ?? '128 MB'),
    environment: { ...merged.environment },
    isolation: merged.isolation ?? 'process',
    warm: merged.warm ?? 0,
    reserved,
    calls: merged.calls?.map((name) => referenceOf(name, '')) ?? null,
    log: resolveLog(merged.log),
    aws: {
      runtime: merged.runtime ?? 'nodejs24.x',
      architecture: merged.architecture ?? 'arm64',
      ephemeralStorageBytes: readSize(merged.ephemeralStorageSize ?? '512 MB'),
      vpc: merged.vpc ?? false,
      layers: merged.layers ?? [],
      permissions: merged.permissions.map((permission) => ({ effect: 'allow', ...permission })),
    },
  }
}

function settingsOf({ code, log, permissions, ...rest }: FunctionOutput | FunctionDefaultsOutput): Settings {
  return {
    ...rest,
    code: typeof code === 'string' ? { file: code } : (code ?? {}),
    log: logOptions(log),
    permissions: permissions === undefined ? [] : [permissions].flat(),
  }
}

function logOptions(log: FunctionOutput['log']): Settings['log'] {
  if (typeof log === 'boolean') return { retention: log ? '7 days' : '0 days' }
  return typeof log === 'string' ? { retention: log } : (log ?? {})
}

function resolveCode(code: Settings['code'], folder: string): FunctionCode {
  if (code.bundle !== undefined) return { bundle: resolve(folder, code.bundle) }
  return {
    file: resolve(folder, code.file ?? ''),
    minify: code.minify ?? true,
    external: code.external ?? [],
    importAsString: code.importAsString ?? [],
    moduleSideEffects: code.moduleSideEffects ?? [],
  }
}

function resolveLog(log: Settings['log']): LogConfig {
  return {
    retentionMs: readDuration(log.retention ?? '7 days'),
    format: log.format ?? 'json',
    system: log.system ?? 'warn',
    level: log.level ?? null,
  }
}
