import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CodeRunner, COMPILE_MS } from './code-runner.js'
import { readmeModules } from './readme-code.js'

let runner: CodeRunner

beforeAll(() => {
  runner = new CodeRunner('readme')
})

afterAll(() => {
  runner.remove()
})

describe('the README', () => {
  const modules = readmeModules()

  it('has only code that compiles against the built types, without skipLibCheck', { timeout: COMPILE_MS }, () => {
    expect(modules.length).toBeGreaterThan(5)
    expect(runner.complaints(modules)).toEqual([])
  })

  it('is right that a payload of the wrong shape does not compile', { timeout: COMPILE_MS }, () => {
    const [smallest = ''] = modules
    const [complaint = '', ...more] = runner.complaints([smallest.replace("{ invoiceId: 'in_1' }", '{ invoiceId: 1 }')])
    expect(complaint).toContain('await rota.enqueue(sendInvoice, { invoiceId: 1 })')
    expect(more).toEqual([])
  })

  it('begins with a program that runs its job, and ends with 0 after Ctrl-C', async () => {
    const [smallest = ''] = modules
    expect(await runner.run(smallest, 'sending in_1\n')).toEqual({ code: 0, stdout: 'sending in_1\n', stderr: '' })
  })

  it('shows a program that declares its schedules', async () => {
    const code = modules.find((one) => one.includes('defineSchedule')) ?? ''
    const { stdout, stderr } = await runner.run(code, 'removed')
    expect({ stdout: stdout.replaceAll(/\s+/g, ' '), stderr }).toEqual({
      stdout: "{ created: [ 'report-daily' ], updated: [], unchanged: [], removed: [] } ",
      stderr: '',
    })
  })

  it('shows a test that lets a month pass', async () => {
    const code = modules.find((one) => one.includes("from 'rota/testing'")) ?? ''
    expect(await runner.run(code, null)).toEqual({ code: 0, stdout: 'reminded Ann\n', stderr: '' })
  })
})
