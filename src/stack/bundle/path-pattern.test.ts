import { describe, expect, it } from 'vitest'
import { pathPattern } from './path-pattern.js'

describe('a pattern of paths', () => {
  it.each([
    ['.html', ['/app/a.html', '/app/src/b.html', '/lib/c.html'], ['/app/a.htm', '/app/html']],
    ['html', ['/app/a.html', '/app/html'], ['/app/xhtml']],
    ['mail/order.html', ['/app/mail/order.html', '/app/src/mail/order.html'], ['/app/email/order.html']],
    ['*.sql', ['/app/a.sql', '/app/src/b.sql'], ['/app/a.sql.ts']],
    ['src/*.sql', ['/app/src/a.sql'], ['/app/src/x/a.sql', '/other/src/a.sql']],
    ['./src/**/*.sql', ['/app/src/a.sql', '/app/src/x/y/a.sql'], ['/app/lib/a.sql']],
    ['**/*.graphql', ['/app/a.graphql', '/app/x/y.graphql'], ['/app/a.graphqls']],
    ['src/**', ['/app/src/a', '/app/src/x/y'], ['/app/srca']],
    ['page?.txt', ['/app/page1.txt'], ['/app/page.txt', '/app/page10.txt']],
    ['a+(b).txt', ['/app/a+(b).txt'], ['/app/aab.txt']],
  ])('%s', (pattern, fitting, others) => {
    const expression = pathPattern([pattern], '/app')
    expect(fitting.filter((path) => !expression.test(path))).toEqual([])
    expect(others.filter((path) => expression.test(path))).toEqual([])
  })

  it('any of several fits', () => {
    const expression = pathPattern(['.html', '.sql'], '/app')
    expect(['/app/a.html', '/app/a.sql', '/app/a.ts'].map((path) => expression.test(path))).toEqual([true, true, false])
  })
})
