/**
 * The store in memory.
 *
 * @module rota/memory
 */
export { memory } from './memory-backend.js'
export type { MemoryOptions } from './memory-backend.js'
