import { own } from './classify.js'

/** Where variables are looked for. */
export interface VariableSources {
  /** Of the invocation: its `env` is looked into first. */
  readonly clientContext?: unknown
  /** Of the event of an HTTP API: second. Values there may be Base64, since a stage variable takes few characters. */
  readonly stageVariables?: unknown
  /** Last. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * Finds a variable by its name: in the `env` of the caller's client context, then among the stage variables of the event,
 * then in the environment of the process. undefined when it is nowhere.
 */
export function variable(name: string, { clientContext, stageVariables, env }: VariableSources): string | undefined {
  const ofCaller = own(own(clientContext, 'env'), name)
  if (typeof ofCaller === 'string') return ofCaller
  const ofStage = own(stageVariables, name)
  if (typeof ofStage === 'string') return decodeAscii(ofStage)
  return Object.hasOwn(env, name) ? env[name] : undefined
}

/** The text behind Base64 when that is printable ASCII, as in Aegis; any other text is itself. */
function decodeAscii(text: string): string {
  if (text === '' || !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return text
  const decoded = atob(text)
  return /^[\t\n\r\x20-\x7e]+$/.test(decoded) ? decoded : text
}
