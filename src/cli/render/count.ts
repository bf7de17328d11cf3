/** `12,345`, the same for every locale of the host. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US')
}
