import { z } from 'zod'
import { rootFileSchema } from './file-schema.js'

/** The JSON Schema of config files, for editors: draft 7, which all of them know. Made of the schema that judges them. */
export function configJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(rootFileSchema, { io: 'input', target: 'draft-7' })
}
