/**
 * A node with nothing to do: how often does it go to the store, and what does it cost?
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { createRota, task } from 'rota'
import { backendAt } from '../backend.mjs'

/** Starting has ended by then. */
const SETTLED_MS = 3000

/**
 * @param {{ place: import('../subject.mjs').Place }} measurement
 * @param {{ lengthMs: number, scheduler: boolean }} options
 */
export async function idleNode({ place }, { lengthMs, scheduler }) {
  /** @type {Map<string, number>} */
  const calls = new Map()
  const backend = counted(await backendAt(place, 'idle'), calls)
  const system = createRota({ backend, tasks: [task('bench:idle', () => undefined)] })
  await system.startWorker()
  if (scheduler) await system.startScheduler()
  await sleep(SETTLED_MS)
  calls.clear()
  const cpuBefore = process.cpuUsage()
  await sleep(lengthMs)
  const cpu = process.cpuUsage(cpuBefore)
  const seen = Object.fromEntries([...calls].map(([name, times]) => [`calls ${name}`, times]))
  await system.close()
  const total = Object.values(seen).reduce((sum, times) => sum + times, 0)
  return { cpuPercent: (cpu.user + cpu.system) / 10 / lengthMs, callsPerMinute: (total * 60_000) / lengthMs, ...seen }
}

/** Everything that goes to the store; hints and facts cost nothing. */
const ROLES = new Set(['jobs', 'edges', 'schedules', 'locks', 'control', 'inspector', 'events', 'maintenance'])

/**
 * The same backend, with every call of every role counted.
 * @template {object} Backend
 * @param {Backend} backend
 * @param {Map<string, number>} calls
 * @returns {Backend}
 */
function counted(backend, calls) {
  return proxied(backend, (key, value) => (ROLES.has(key) ? proxied(Object(value), countMethod(`${key}.`)) : value))

  /** @param {string} role */
  function countMethod(role) {
    return (/** @type {string} */ key, /** @type {unknown} */ value) => {
      if (typeof value !== 'function') return value
      return (/** @type {unknown[]} */ ...values) => {
        calls.set(role + key, (calls.get(role + key) ?? 0) + 1)
        return value(...values)
      }
    }
  }
}

/**
 * An object whose members are seen through `look`; methods keep their own object as `this`.
 * @template {object} T
 * @param {T} object
 * @param {(key: string, value: unknown) => unknown} look
 * @returns {T}
 */
function proxied(object, look) {
  return new Proxy(object, {
    get(target, key) {
      const value = Reflect.get(target, key)
      return look(String(key), typeof value === 'function' ? value.bind(target) : value)
    },
  })
}
