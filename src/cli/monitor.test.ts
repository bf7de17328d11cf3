import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { CommandWorld, type Ran, type Running } from '../../test/cli/command-world.js'
import { valueOf } from '../../test/observe/samples.js'
import { memory } from '../backends/memory/memory-backend.js'
import { faultyBackend } from '../testing/faulty-backend.js'
import { FakeClock } from '../time/fake-clock.js'
import { LogPrinter } from './log-printer.js'
import { startMonitor, type MonitorServer } from './monitor.js'
import type { MonitorAddress } from './monitored.js'
import { Printer } from './render/printer.js'

const MODULE = 'test/cli/task-module.ts'
const ANY_PORT: MonitorAddress = { host: '127.0.0.1', port: 0 }

describe('a monitor', () => {
  const open: MonitorServer[] = []
  const clock = new FakeClock()

  afterEach(async () => {
    for (const monitor of open.splice(0)) await monitor.close()
  })

  async function started(address = ANY_PORT): Promise<{ monitor: MonitorServer; url: string }> {
    let text = ''
    const out = new Printer({ write: (chunk, done) => ((text += chunk), done?.(), true), isTTY: false }, {})
    const log = new LogPrinter({ out, clock, json: true })
    const monitor = await startMonitor({ address, prefix: 'rota', clock, log })
    open.push(monitor)
    return { monitor, url: (JSON.parse(text) as { readonly url: string }).url }
  }

  async function get(url: string): Promise<{ status: number; body: string }> {
    const response = await fetch(url)
    return { status: response.status, body: await response.text() }
  }

  it('says that the process is alive, from the first moment', async () => {
    const { url } = await started()
    expect(await get(`${url}/healthz`)).toEqual({ status: 200, body: 'alive\n' })
  })

  it('serves figures in the format of Prometheus, and the same to HEAD without them', async () => {
    const { url } = await started()
    const response = await fetch(`${url}/metrics?name=any`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.text()).toMatch(/\n$/)
    const head = await fetch(`${url}/metrics`, { method: 'HEAD' })
    expect(head.status).toBe(200)
    expect(await head.text()).toBe('')
  })

  it('is ready while the service runs and its store answers', async () => {
    const { monitor, url } = await started()
    expect(await get(`${url}/readyz`)).toEqual({ status: 503, body: 'starting\n' })
    monitor.started(memory({ clock }))
    expect(await get(`${url}/readyz`)).toEqual({ status: 200, body: 'ready\n' })
    monitor.stopping()
    expect(await get(`${url}/readyz`)).toEqual({ status: 503, body: 'stopping\n' })
  })

  it('is not ready while the store fails, and says nothing of why', async () => {
    const { monitor, url } = await started()
    const store = faultyBackend(memory({ clock }))
    monitor.started(store.backend)
    const error = new Error('cannot reach postgres://ann:hunter2@db')
    store.inject({ kind: 'fail-before', on: 'inspector.get', error })
    expect(await get(`${url}/readyz`)).toEqual({ status: 503, body: 'the store does not answer\n' })
    expect(await get(`${url}/readyz`)).toEqual({ status: 200, body: 'ready\n' })
  })

  it('waits a second for the store, and asks it once for all who wait', async () => {
    const { monitor, url } = await started()
    const store = faultyBackend(memory({ clock }))
    monitor.started(store.backend)
    const asked = new Promise<void>((resolve) => {
      store.inject({ kind: 'hang-before', on: 'inspector.get', onHit: resolve })
    })
    // Two requests in one piece: when the first has been heard, so has the second.
    const answers = rawRequest(url, `GET /readyz HTTP/1.1\r\nhost: test\r\n\r\nGET /readyz HTTP/1.1`)
    await asked
    await clock.advance(1_000)
    expect((await answers).match(/^HTTP\/1\.1 503 .*$|^the store does not answer$/gm)).toHaveLength(4)
    expect(store.calls).toEqual(['inspector.get'])
  })

  it.each(['/', '/metrics/', '/Metrics', '//healthz', '/../metrics/x', '/favicon.ico'])(
    'serves nothing at %s',
    async (path) => {
      const { url } = await started()
      // Raw: fetch would tidy the path up.
      expect(await rawRequest(url, `GET ${path} HTTP/1.1`)).toMatch(/^HTTP\/1\.1 404 /)
    },
  )

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])(
    'refuses %s with 405 and the methods it takes',
    async (method) => {
      const { url } = await started()
      const response = await fetch(`${url}/metrics`, { method })
      expect(response.status).toBe(405)
      expect(response.headers.get('allow')).toBe('GET, HEAD')
    },
  )

  it('answers what is no HTTP with 400, and goes on', async () => {
    const { url } = await started()
    expect(await rawRequest(url, 'hello')).toMatch(/^HTTP\/1\.1 400 /)
    expect((await get(`${url}/healthz`)).status).toBe(200)
  })

  it('listens on all interfaces when it is given a port alone', async () => {
    const { url } = await started({ host: null, port: 0 })
    expect(url).toMatch(/^http:\/\/(\[::\]|0\.0\.0\.0):\d+$/)
    expect((await get(`http://127.0.0.1:${new URL(url).port}/healthz`)).status).toBe(200)
  })

  it('refuses a port that is taken, and says what to do', async () => {
    const { url } = await started()
    const port = Number(new URL(url).port)
    await expect(started({ host: '127.0.0.1', port })).rejects.toThrow(
      `--monitor: port ${port} of 127.0.0.1 is in use; choose another, or end what listens there`,
    )
  })

  it('refuses an address that is not of this machine', async () => {
    await expect(started({ host: '192.0.2.1', port: 0 })).rejects.toThrow(
      '--monitor: 192.0.2.1 is no address of this machine; leave it out to listen on all of them',
    )
  })

  it('cuts off whoever is connected when it closes, and frees its port', async () => {
    const { monitor, url } = await started()
    const port = Number(new URL(url).port)
    const idle = connect(port, '127.0.0.1')
    await new Promise((resolve) => idle.once('connect', resolve))
    const cut = new Promise((resolve) => idle.once('close', resolve))
    idle.on('error', () => undefined)
    await get(`${url}/healthz`)
    await monitor.close()
    await cut
    await monitor.close()
    await started({ host: '127.0.0.1', port })
  })
})

/** Sends one line as it is, and gives all that comes back. */
function rawRequest(url: string, line: string): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let answer = ''
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => (answer += chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(answer))
    socket.write(`${line}\r\nhost: test\r\nconnection: close\r\n\r\n`)
  })
}

describe('--monitor', () => {
  async function watched(world: CommandWorld, line: string): Promise<{ running: Running; url: string }> {
    const running = world.start(line)
    await running.printed('monitor listening')
    const [, url = ''] = /monitor listening url=(http:\S+)/.exec(running.stdout()) ?? []
    // The command loads its modules, which takes real time.
    while ((await fetch(`${url}/readyz`)).status !== 200) await world.clock.settle()
    await world.clock.advance(1_000)
    return { running, url }
  }

  async function stopped(world: CommandWorld, running: Running): Promise<Ran> {
    running.interrupt('SIGTERM')
    await world.clock.advance(60_000)
    return running.done
  }

  it('shows the work of a worker until it has ended', async () => {
    const world = new CommandWorld()
    await world.add({ task: 'math:double', payload: { json: '{"n":21}', note: null } })
    await world.add({ task: 'math:fails' })
    const { running, url } = await watched(world, `work ${MODULE} --monitor 127.0.0.1:0`)
    const text = await (await fetch(`${url}/metrics`)).text()
    const done = { task: 'math:double', queue: 'default', outcome: 'complete' }
    expect(valueOf(text, 'rota_worker_settled_total', done)).toBe(1)
    expect(valueOf(text, 'rota_worker_failed_total', { task: 'math:fails', reason: 'exhausted' })).toBe(1)
    expect(valueOf(text, 'rota_queue_jobs', { queue: 'default', state: 'completed' })).toBe(1)
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    expect((await stopped(world, running)).exitCode).toBe(0)
    await expect(fetch(`${url}/healthz`)).rejects.toThrow()
  })

  it.each(['scheduler one', 'task cron scheduler one'])('shows the fires of `rota %s` (case E-44)', async (command) => {
    const world = new CommandWorld()
    await world.run(['task', 'cron', 'add', 'often', 'every 10s', 'math:double'])
    const { running, url } = await watched(world, `${command} --monitor 127.0.0.1:0 --metrics-prefix shop`)
    await world.clock.advance(35_000)
    const text = await (await fetch(`${url}/metrics`)).text()
    expect(valueOf(text, 'shop_scheduler_fired_total', { schedule: 'often' })).toBe(3)
    expect(valueOf(text, 'shop_scheduler_lateness_seconds_count')).toBe(3)
    expect(text).not.toContain('rota_')
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    expect((await stopped(world, running)).exitCode).toBe(0)
  })

  it('is not ready any more while a worker drains, and is alive', async () => {
    const world = new CommandWorld()
    await world.add({ task: 'math:waits', queue: 'slow' })
    const { running, url } = await watched(world, `work ${MODULE} --grace 5s --monitor 127.0.0.1:0`)
    running.interrupt('SIGTERM')
    await running.printed('stopping')
    const ready = await fetch(`${url}/readyz`)
    expect({ status: ready.status, body: await ready.text() }).toEqual({ status: 503, body: 'stopping\n' })
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    await world.clock.advance(60_000)
    expect((await running.done).exitCode).toBe(0)
  })

  it('that cannot listen ends the command at once with 1, and nothing was started', async () => {
    const world = new CommandWorld()
    const { running, url } = await watched(world, `work ${MODULE} --monitor 127.0.0.1:0`)
    const { port } = new URL(url)
    const other = await new CommandWorld().run(`work ${MODULE} --monitor 127.0.0.1:${port}`)
    expect(other.exitCode).toBe(1)
    expect(other.stderr).toMatch(new RegExp(`^rota: --monitor: port ${port} of 127.0.0.1 is in use; choose another`))
    expect(other.stdout).not.toContain('worker started')
    await stopped(world, running)
  })

  it.each([
    ['--monitor http', /--monitor <\[host:\]port>: expected PORT or HOST:PORT.*got "http"/],
    ['--monitor 65536', /expected PORT or HOST:PORT/],
    ['--monitor ::1:80', /expected PORT or HOST:PORT/],
    ['--monitor 127.0.0.1:', /expected PORT or HOST:PORT/],
    ['--monitor 0 --metrics-prefix 1a', /--metrics-prefix <prefix>: expected 1 to 64 letters.*got "1a"/],
    ['--monitor 0 --metrics-prefix a:b', /expected 1 to 64 letters/],
    ['--metrics-prefix shop', /--metrics-prefix: expected --monitor too/],
  ])('refuses `%s` with 2', async (options, message) => {
    const { exitCode, stderr } = await new CommandWorld().run(`scheduler one ${options}`)
    expect(stderr).toMatch(message)
    expect(exitCode).toBe(2)
  })
})
