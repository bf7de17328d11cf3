import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import type { IncomingMessage, RequestListener, Server } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { Deferred } from '../async/deferred.js'
import { FakeClock } from '../time/fake-clock.js'
import { withClock } from './clock-context.js'
import { resolvePort } from './http-port.js'
import { httpServer } from './http-server.js'
import type { HttpServerOptions } from './http-server.js'

const HOST = '127.0.0.1'
const agent = new Agent({ keepAlive: true })
const controllers: AbortController[] = []

afterEach(() => {
  for (const controller of controllers) controller.abort()
})

/** A server that runs as a routine on a clock of its own; the network is real. */
async function serve(listener: RequestListener, options: HttpServerOptions = {}) {
  const clock = new FakeClock()
  const server = createServer(listener)
  const controller = new AbortController()
  controllers.push(controller)
  const listening = once(server, 'listening')
  const running = withClock(clock, httpServer(server, { host: HOST, ...options }))(controller.signal)
  const ended = running.then(
    () => 'done',
    (error: unknown) => error,
  )
  await Promise.race([listening, running])
  return { clock, server, ended, abort: () => controller.abort(), port: portOf(server) }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

/** Sends a request on a connection that may be used again; resolves with the head of the answer. */
async function get(port: number): Promise<IncomingMessage> {
  const sent = request({ host: HOST, port, agent })
  sent.end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return response
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

/** A connection that sends nothing by itself. */
async function connection(port: number): Promise<Socket> {
  const socket = connect(port, HOST)
  await once(socket, 'connect')
  return socket
}

describe('httpServer', () => {
  it('C-32 lets the request under way end, refuses others, and ends with the last connection', async () => {
    const arrived = new Deferred()
    const gate = new Deferred()
    let wasAborted: boolean | undefined
    const { ended, abort, port, server, clock } = await serve((incoming, response) => {
      arrived.resolve()
      void gate.promise.then(() => {
        wasAborted = incoming.destroyed && !incoming.complete
        response.end('answered')
      })
    })
    const answer = get(port)
    await arrived.promise
    abort()
    await clock.settle()
    expect(server.listening).toBe(false)
    await expect(once(connect(port, HOST), 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    gate.resolve()
    const response = await answer
    expect(await textOf(response)).toBe('answered')
    expect(response.headers.connection).toBe('close')
    expect(await ended).toBe('done')
    expect(wasAborted).toBe(false)
  })

  it('C-32 answers a request that comes on a connection that was idle at the abort', async () => {
    const { ended, abort, port, clock } = await serve((_, response) => response.end('hello'))
    const idle = await connection(port)
    idle.write('GET /1 HTTP/1.1\r\nHost: a\r\n\r\n')
    await once(idle, 'data')
    abort()
    await clock.settle()
    idle.write('GET /2 HTTP/1.1\r\nHost: a\r\n\r\n')
    const [answer] = (await once(idle, 'data')) as [Buffer]
    expect(answer.toString()).toMatch(/^HTTP\/1.1 200 OK[^]*Connection: close/)
    expect(await ended).toBe('done')
  })

  it('closes idle connections after a while, those that never sent anything among them', async () => {
    const { ended, abort, port, clock, server } = await serve((_, response) => response.end('hello'))
    await textOf(await get(port))
    const accepted = once(server, 'connection')
    const silent = await connection(port)
    await accepted
    abort()
    await clock.settle()
    silent.resume()
    const closed = once(silent, 'close')
    await clock.advance(500)
    await closed
    expect(await ended).toBe('done')
    expect(clock.timers).toEqual([])
  })

  it('cuts off what has no answer when the grace is over, and says so', async () => {
    const arrived = new Deferred()
    const { ended, abort, port, clock } = await serve(() => arrived.resolve(), { grace: '5 seconds', port: 0 })
    const answer = get(port).catch((error: unknown) => error)
    await arrived.promise
    abort()
    await clock.advance(5000)
    expect(await answer).toMatchObject({ code: 'ECONNRESET' })
    expect(await ended).toMatchObject({ code: 'TIMEOUT', message: 'httpServer 127.0.0.1:0 has not stopped within 5s' })
  })

  it('C-32 shows requests the values that it was run with', async () => {
    const storage = new AsyncLocalStorage<string>()
    const serving = storage.run('tenant 1', () => serve((_, response) => response.end(storage.getStore())))
    const { port, abort, ended, clock } = await serving
    expect(await textOf(await get(port))).toBe('tenant 1')
    abort()
    await clock.advance(500)
    expect(await ended).toBe('done')
  })

  it('fails when it cannot listen', async () => {
    const { port, abort, ended } = await serve(() => undefined)
    const second = createServer()
    await expect(httpServer(second, { host: HOST, port })()).rejects.toMatchObject({ code: 'EADDRINUSE' })
    abort()
    expect(await ended).toBe('done')
    expect(second.eventNames()).toEqual(createServer().eventNames())
  })

  it('takes a server that listens already, ends when somebody else closes it, and leaves no listener', async () => {
    const server = createServer((_, response) => response.end())
    const before = server.eventNames().map((event) => [event, server.listenerCount(event)])
    server.listen(0, HOST)
    await once(server, 'listening')
    const running = httpServer(server)()
    server.close()
    await running
    expect(server.eventNames().map((event) => [event, server.listenerCount(event)])).toEqual(before)
  })

  it('ends cleanly when it is aborted while it begins to listen', async () => {
    const server = createServer()
    const controller = new AbortController()
    const running = httpServer(server, { host: 'localhost' })(controller.signal)
    controller.abort()
    await running
    expect(server.listening).toBe(false)
  })

  it('refuses what makes no sense at once', () => {
    expect(() => httpServer({} as never)).toThrow('httpServer: expected an HTTP server')
    expect(() => httpServer(createServer(), { port: 70_000 })).toThrow(
      'httpServer: port: expected 0 to 65535, got 70000',
    )
    expect(() => httpServer(createServer(), { prot: 80 } as never)).toThrow('got "prot"')
  })
})

describe('the port of an httpServer', () => {
  const env = { PORT: '8080', PORT2: '9090', NONE: '', WRONG: '80 80' }

  it.each([
    ['PORT', { portFromEnv: true }, 8080],
    ['PORT2, which comes first', { portFromEnv: ['PORT2', 'PORT'] }, 9090],
    ['PORT, since the first is not set', { portFromEnv: ['MISSING', 'NONE', 'PORT'] }, 8080],
    ['PORT in place of the port', { portFromEnv: 'PORT', port: 3000 }, 8080],
    ['the port, since no variable is set', { portFromEnv: 'MISSING', port: 3000 }, 3000],
    ['any', {}, 0],
  ] as const)('C-32 is %s', (_, options, expected) => {
    expect(resolvePort(options, env)).toBe(expected)
  })

  it('C-32 is refused with the names of all variables when none is set, and by name when one is wrong', () => {
    expect(() => resolvePort({ portFromEnv: ['MISSING', 'NONE'] }, env)).toThrow(
      'httpServer: MISSING or NONE: expected',
    )
    expect(() => resolvePort({ portFromEnv: 'WRONG' }, env)).toThrow(
      'httpServer: WRONG: expected 0 to 65535, got "80 80"',
    )
  })

  it('C-32 replaces only the port: the host stays', async () => {
    process.env['ROTA_TEST_PORT'] = '0'
    try {
      const { server, abort, ended, port } = await serve(() => undefined, {
        port: 1,
        portFromEnv: 'ROTA_TEST_PORT',
      })
      expect(server.address()).toMatchObject({ address: HOST, port })
      expect(port).toBeGreaterThan(1)
      abort()
      expect(await ended).toBe('done')
    } finally {
      delete process.env['ROTA_TEST_PORT']
    }
  })
})
