/**
 * Config files: what an app says of its stacks, read, judged and made plain data.
 *
 * @module rota/config
 */
export { defineConfig } from './define-config.js'
export { findConfig } from './find-config.js'
export { loadConfig } from './load-config.js'
export type { LoadOptions } from './load-config.js'
export type { RotaConfig } from './rota-config.js'
export type {
  BundleOptions,
  CronInput,
  EntriesInput,
  FunctionDefaultsInput,
  FunctionInput,
  LogInput,
  PermissionInput,
  QueueInput,
  SourceInput,
  StackInput,
  TaskInput,
} from './stack-input.js'
export type {
  AppConfig,
  AwsFunctionConfig,
  AwsOnlyUse,
  AwsPermission,
  FunctionCode,
  FunctionConfig,
  LogConfig,
  Named,
  SourceCode,
  StackConfig,
  StackCron,
  StackQueue,
  StackTask,
  StackTopic,
} from './app-config.js'
export type { Contracts } from './contracts-file.js'
export type { DescribedContract } from '../handlers/described-contract.js'
export type { ConfigProblem } from './problems.js'
export { RotaError } from '../model/errors.js'
