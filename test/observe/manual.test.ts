import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { MetricsText } from '../../src/cli/metrics-text.js'
import { metersOf } from '../../src/observe/meters.js'
import { METRICS, type Metric } from '../../src/observe/metric-catalogue.js'
import { samplesOf } from './samples.js'

const manual = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'metrics.md'), 'utf8')

/** Moves every metric that there is. */
async function everything(prefix = 'rota'): Promise<string> {
  const figures = new MetricsText(prefix)
  const { client, scheduler, store, worker } = metersOf(figures.provider)
  const kind = { queue: 'mail', task: 'send' }
  scheduler.watch({ leads: true, schedules: 3 })
  scheduler.fired('nightly', 1_500)
  scheduler.skipped('nightly', 'missed', 2)
  scheduler.failed('store')
  scheduler.becameLeader()
  worker.watch(() => ({ running: 2, waiting: 5 }))
  worker.started(kind, 20)
  worker.ran(kind, 30)
  worker.settled(kind, 'complete')
  worker.failed(kind, 'retried')
  worker.leaseLost(kind)
  worker.storeFailed('claim')
  worker.stalled()
  worker.called('claim', 7)
  client.stored(kind, 'inserted')
  client.stored(kind, 'duplicate')
  store.watch(async () => ({
    jobs: [{ queue: 'mail', state: 'pending', count: 4 }],
    lag: [{ queue: 'mail', lagMs: 2_500 }],
  }))
  const text = await figures.read()
  await figures.close()
  return text
}

/** What Prometheus calls it: the rules that docs/metrics.md gives. */
function prometheusName({ name, kind, unit }: Metric): string {
  return `${name.replaceAll('.', '_')}${unit === 's' ? '_seconds' : ''}${kind === 'counter' ? '_total' : ''}`
}

function row(metric: Metric): string {
  const { name, kind, unit, attributes, description } = metric
  const code = (text: string): string => (text === '' ? '' : `\`${text}\``)
  const cells = [
    code(prometheusName(metric)),
    code(name),
    kind,
    code(unit),
    attributes.map(code).join(', '),
    description,
  ]
  return `| ${cells.join(' | ')} |`.replaceAll('  ', ' ')
}

/** Rows of the tables whose first cell is a metric, without the blanks that only line them up. */
const rows = manual
  .split('\n')
  .filter((line) => line.startsWith('| `rota_'))
  .map((line) => line.replace(/ +/g, ' '))

it('docs/metrics.md lists every metric, as it is', () => {
  expect(rows).toEqual(Object.values(METRICS).map(row))
})

it('what is exported has the names, types and labels of docs/metrics.md, and there is nothing else', async () => {
  const text = await everything()
  const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => `${name!} ${type!}`)
  const promised = Object.values(METRICS).map((metric: Metric) => `${prometheusName(metric)} ${metric.kind}`)
  expect(types.toSorted()).toEqual(promised.toSorted())
  for (const metric of Object.values<Metric>(METRICS)) {
    const name = prometheusName(metric)
    const samples = samplesOf(text).filter((sample) => sample.name.replace(/_(bucket|sum|count)$/, '') === name)
    expect(samples.length, name).toBeGreaterThan(0)
    for (const { labels } of samples) {
      expect(
        Object.keys(labels)
          .filter((label) => label !== 'le')
          .toSorted(),
        name,
      ).toEqual(metric.attributes.toSorted())
    }
    expect(text).toContain(`# HELP ${name} ${metric.description}\n`)
  }
})

it('the figures are in the unit that their name says', async () => {
  const text = await everything()
  expect(text).toMatch(/^rota_scheduler_lateness_seconds_sum 1\.5$/m)
  expect(text).toMatch(/^rota_worker_wait_duration_seconds_sum\{queue="mail"\} 0\.02$/m)
  expect(text).toMatch(/^rota_worker_run_duration_seconds_sum\{queue="mail",task="send"\} 0\.03$/m)
  expect(text).toMatch(/^rota_queue_lag_seconds\{queue="mail"\} 2\.5$/m)
  expect(text).toMatch(/^rota_scheduler_leader 1$/m)
  expect(text).toMatch(/^rota_scheduler_skipped_total\{schedule="nightly",reason="missed"\} 2$/m)
})

it('another prefix stands at the beginning of every name', async () => {
  const names = samplesOf(await everything('shop')).map(({ name }) => name)
  expect(names).toContain('shop_scheduler_fired_total')
  expect(names.filter((name) => !name.startsWith('shop_'))).toEqual([])
})

it('the alert rules of docs/metrics.md use metrics and labels that exist', () => {
  const names = new Set(Object.values(METRICS).map(prometheusName))
  const used = [...manual.matchAll(/```yaml\n([^]*?)```/g)].flatMap(([, yaml = '']) => [
    ...yaml.matchAll(/\brota_[a-z_]+/g),
  ])
  expect(used.length).toBeGreaterThan(1)
  expect(used.map(([name]) => name.replace(/_(bucket|sum|count)$/, '')).filter((name) => !names.has(name))).toEqual([])
})
