/** What the figure jobs found for one month. */
export interface MonthFigures {
  readonly month: string
  readonly highC: number
  readonly lowC: number
  readonly totalMm: number
  readonly wetDays: number
  readonly meanMs: number
}

const WIDTH = 960
const LEFT = 60
const HEAT = { top: 24, height: 240 }
const RAIN = { top: 312, height: 140 }

/** One self-contained page: a band of mean lows and highs, bars of rain below, and the table behind both. */
export function reportPage(figures: readonly MonthFigures[]): string {
  const first = figures[0]
  const last = figures.at(-1)
  if (first === undefined || last === undefined) throw new Error('a report needs at least one month')
  const wettest = figures.reduce((best, one) => (one.totalMm > best.totalMm ? one : best))
  const warmest = figures.reduce((best, one) => (one.highC > best.highC ? one : best))
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Seattle's weather, ${first.month} to ${last.month}</title>
<style>
  :root { color-scheme: light dark; --ink: #1d2733; --soft: #66727f; --line: #d9dee3; --heat: #c8553d; --cold: #3d7ea6; --rain: #4a8fc2; --page: #fff }
  @media (prefers-color-scheme: dark) { :root { --ink: #e6eaee; --soft: #98a4b0; --line: #37414c; --page: #151b21 } }
  body { margin: 2.5rem auto; max-width: ${String(WIDTH)}px; padding: 0 1rem; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page) }
  h1 { font-size: 1.6rem; margin: 0 } p { color: var(--soft); margin: .25rem 0 1.5rem }
  svg { width: 100%; height: auto } svg text { font: 12px system-ui, sans-serif; fill: var(--soft) }
  table { border-collapse: collapse; width: 100%; margin-top: 1.5rem; font-variant-numeric: tabular-nums }
  th, td { padding: .25rem .5rem; text-align: right; border-bottom: 1px solid var(--line) } th:first-child, td:first-child { text-align: left }
</style>
<h1>Seattle's weather, ${first.month} to ${last.month}</h1>
<p>Warmest month ${warmest.month} (mean high ${warmest.highC.toFixed(1)} °C), wettest ${wettest.month} (${wettest.totalMm.toFixed(0)} mm).
Each figure was computed by a job of its own.</p>
${chart(figures)}
${table(figures)}
</html>
`
}

function chart(figures: readonly MonthFigures[]): string {
  const step = (WIDTH - LEFT - 8) / figures.length
  const x = (index: number): number => LEFT + step * (index + 0.5)
  const lowest = Math.floor(Math.min(...figures.map((one) => one.lowC)) / 5) * 5
  const highest = Math.ceil(Math.max(...figures.map((one) => one.highC)) / 5) * 5
  const heatY = (celsius: number): number => HEAT.top + HEAT.height * (1 - (celsius - lowest) / (highest - lowest))
  const most = Math.ceil(Math.max(...figures.map((one) => one.totalMm)) / 50) * 50 || 50
  const rainY = (mm: number): number => RAIN.top + RAIN.height * (1 - mm / most)
  const line = (pick: (one: MonthFigures) => number): string[] =>
    figures.map((one, index) => `${x(index).toFixed(1)},${heatY(pick(one)).toFixed(1)}`)
  const highs = line((one) => one.highC)
  const lows = line((one) => one.lowC)
  const every = Math.max(1, Math.ceil(figures.length / 12))
  return `<svg viewBox="0 0 ${String(WIDTH)} 490" role="img" aria-label="Mean high and low temperature, and rain, for each month">
${ruler(range(lowest, highest, 5), heatY, '°C')}
<polygon points="${[...highs, ...lows.toReversed()].join(' ')}" fill="var(--heat)" opacity=".15"/>
<polyline points="${highs.join(' ')}" fill="none" stroke="var(--heat)" stroke-width="2"/>
<polyline points="${lows.join(' ')}" fill="none" stroke="var(--cold)" stroke-width="2"/>
<text x="${String(LEFT)}" y="14">mean high and low</text>
${ruler([0, most / 2, most], rainY, 'mm')}
${figures.map((one, index) => bar(x(index) - step * 0.35, rainY(one.totalMm), step * 0.7, RAIN.top + RAIN.height, one)).join('\n')}
<text x="${String(LEFT)}" y="${String(RAIN.top - 10)}">rain</text>
${figures.map((one, index) => (index % every === 0 ? `<text x="${x(index).toFixed(1)}" y="474" text-anchor="middle">${one.month}</text>` : '')).join('')}
</svg>`
}

function ruler(values: readonly number[], y: (value: number) => number, unit: string): string {
  return values
    .map(
      (value) =>
        `<line x1="${String(LEFT)}" x2="${String(WIDTH)}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}" stroke="var(--line)"/>` +
        `<text x="${String(LEFT - 6)}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${String(value)} ${unit}</text>`,
    )
    .join('\n')
}

function bar(left: number, top: number, width: number, bottom: number, one: MonthFigures): string {
  return `<rect x="${left.toFixed(1)}" y="${top.toFixed(1)}" width="${width.toFixed(1)}" height="${(bottom - top).toFixed(1)}" rx="2" fill="var(--rain)"><title>${one.month}: ${one.totalMm.toFixed(0)} mm on ${String(one.wetDays)} days</title></rect>`
}

function table(figures: readonly MonthFigures[]): string {
  const rows = figures.map(
    (one) =>
      `<tr><td>${one.month}</td><td>${one.highC.toFixed(1)}</td><td>${one.lowC.toFixed(1)}</td><td>${one.totalMm.toFixed(0)}</td><td>${String(one.wetDays)}</td><td>${one.meanMs.toFixed(1)}</td></tr>`,
  )
  return `<table><thead><tr><th>Month</th><th>High °C</th><th>Low °C</th><th>Rain mm</th><th>Wet days</th><th>Wind m/s</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table>`
}

function range(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.round((to - from) / step) + 1 }, (_, index) => from + index * step)
}
