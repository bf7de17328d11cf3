import { describe, expect, it } from 'vitest'
import { RotaError } from '../../model/errors.js'
import { classify, connectionLostError, isLost, losesConnection, toRotaError } from './errors.js'

function native(code: string): Error {
  return Object.assign(new Error('as the server says it'), { code })
}

describe('errors of PostgreSQL', () => {
  it.each([
    ['57P01', 'transient', 'BACKEND_UNAVAILABLE'],
    ['57014', 'transient', 'BACKEND_UNAVAILABLE'],
    ['40001', 'transient', 'BUSY'],
    ['40P01', 'transient', 'BUSY'],
    ['55P03', 'transient', 'BUSY'],
    ['53300', 'transient', 'BACKEND_UNAVAILABLE'],
    ['25006', 'transient', 'BACKEND_UNAVAILABLE'],
    ['ECONNRESET', 'transient', 'BACKEND_UNAVAILABLE'],
    ['53100', 'full', 'STORE_FULL'],
    ['58030', 'corrupt', 'STORE_CORRUPT'],
    ['XX001', 'corrupt', 'STORE_CORRUPT'],
  ] as const)('%s is %s and reaches callers as %s', (code, kind, name) => {
    const cause = native(code)
    const error = toRotaError(cause, 'schema "rota"')
    expect(classify(cause)).toBe(kind)
    expect(error).toMatchObject({ code: name, cause, facts: { sqlState: code } })
    expect(classify(error)).toBe(kind)
  })

  it.each(['42P01', '22P02', '23505', '28P01', '3D000', '25P02'])('%s is a mistake and passes as it is', (code) => {
    const error = native(code)
    expect(classify(error)).toBe('mistake')
    expect(toRotaError(error, 'schema "rota"')).toBe(error)
  })

  it('an error of the driver, which has no code, means that the connection is gone', () => {
    const error = new Error('Connection terminated unexpectedly')
    expect([classify(error), losesConnection(error)]).toEqual(['transient', true])
  })

  it('a connection is kept after an error of a statement, and given up after one of the server or the network', () => {
    const given = ['40P01', '23505', '57P01', '08006', 'ECONNRESET', 'EPIPE'].map((code) =>
      losesConnection(native(code)),
    )
    expect(given).toEqual([false, false, true, true, true, true])
  })

  it('tells a connection that was lost under a statement from a statement that was refused or undone', () => {
    const lost = ['57P01', '57P02', '57P03', '08006', '08003', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']
    const known = ['40001', '40P01', '55P03', '53300', '57014', '23505', '42P01', '28P01', '53100']
    expect(lost.filter((code) => !isLost(native(code)))).toEqual([])
    expect(known.filter((code) => isLost(native(code)))).toEqual([])
    expect(isLost(new Error('Connection terminated unexpectedly'))).toBe(true)
    expect(isLost(connectionLostError())).toBe(true)
    expect(isLost(new TypeError('a mistake'))).toBe(false)
  })

  it('what is no error of the server stays unknown', () => {
    expect(classify('text')).toBe('unknown')
    expect(classify(native('XX000'))).toBe('unknown')
    expect(classify(new RotaError('PARENT_UNKNOWN', 'no such parent'))).toBe('mistake')
  })
})
