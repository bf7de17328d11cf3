import { describe, expect, it } from 'vitest'
import { Page } from './page.js'
import { testPages } from './test-pages.js'

testPages('routines', [
  'guides/main-that-shuts-down-well.md',
  'guides/something-every-day-at-noon.md',
  'coming-from/frameless.md',
])

describe('docs/coming-from/frameless.md', () => {
  it('has something beside each of the thirteen blocks of the other page', () => {
    const { blocks } = new Page('coming-from/frameless.md')
    const labels = blocks.map(({ label }) => label).join(' ')
    expect(labels.match(/(?:go )+ts text/g)?.join(' ')).toBe(labels)
    expect(labels.match(/go/g)).toHaveLength(13)
  })
})
