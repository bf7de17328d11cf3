const MIB = 1024 * 1024

/**
 * How large V8's heap may grow in a child that may take `memoryBytes` in all. A quarter is for what is no heap: buffers, code, stacks, and
 * 7 MB that an empty Node takes; so a heap that is full of garbage is collected before the limit is met from outside.
 */
export function heapLimits(memoryBytes: number): { readonly oldMib: number; readonly semiSpaceMib: number } {
  const all = memoryBytes / MIB
  // The young generation takes three semi-spaces, 48 MiB by default: too much of a small child.
  return { oldMib: Math.max(8, Math.floor(all * 0.75)), semiSpaceMib: Math.min(16, Math.max(1, Math.floor(all / 32))) }
}
