import { describe, expectTypeOf, test } from 'vitest'
import type { z } from 'zod'
import { defineConfig } from './define-config.js'
import type { rootFileSchema } from './file-schema.js'
import type { RotaConfig } from './rota-config.js'

/** Lists of a config may be constants; the schema reads them and changes none. */
type Mutable<T> = T extends readonly (infer Item)[]
  ? Mutable<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Mutable<T[Key]> }
    : T

describe('the types of rota.config.ts', () => {
  test('are those of the schema', () => {
    expectTypeOf<Mutable<RotaConfig>>().toExtend<z.input<typeof rootFileSchema>>()
    expectTypeOf<z.input<typeof rootFileSchema>>().toExtend<RotaConfig>()
    expectTypeOf<keyof RotaConfig>().toEqualTypeOf<keyof z.input<typeof rootFileSchema>>()
  })

  test('refuse what nobody reads', () => {
    // @ts-expect-error -- no such key
    defineConfig({ stack: {} })
    // @ts-expect-error -- no such key
    defineConfig({ tasks: { theTask: { consumer: { code: './x.ts', memory: '1 GB' } } } })
    // @ts-expect-error -- a task has a consumer
    defineConfig({ tasks: { theTask: { retryAttempts: 1 } } })
    defineConfig({ stacks: { orders: { tasks: { theTask: './x.ts' }, topics: { paid: ['theTask'] as const } } } })
  })
})
