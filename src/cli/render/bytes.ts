const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** A size for people: `0 B`, `139 B`, `1.5 KiB`, `20 MiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  // 1023.95 KiB would be shown as 1024 KiB.
  while (value >= 1023.95 && unit < UNITS.length - 1) {
    value /= 1024
    unit += 1
  }
  const rounded = unit > 0 && value < 9.95 ? value.toFixed(1) : value.toFixed(0)
  return `${rounded} ${UNITS[unit] ?? ''}`
}
