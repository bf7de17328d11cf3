import { describe, expect, it } from 'vitest'
import { Page } from './page.js'
import { testPages } from './test-pages.js'

testPages('guides', [
  'guides/route-scheduled-events.md',
  'guides/long-work-in-steps.md',
  'coming-from/aegis.md',
  'coming-from/serverless-task-scheduler.md',
])

describe('docs/coming-from/aegis.md', () => {
  it('has the same task definition on both sides', () => {
    const { blocks } = new Page('coming-from/aegis.md')
    const theirs = blocks.find(({ label }) => label === 'json aegis')
    const ours = blocks.find(({ label }) => label === 'json')
    expect(theirs?.code).toBeDefined()
    expect(ours?.code).toBe(theirs?.code)
    expect(JSON.parse(ours?.code ?? '')).toMatchObject({ input: { _taskName: 'test' } })
  })
})
