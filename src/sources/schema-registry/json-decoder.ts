import type { ParsedSchema } from '../../model/schema-watch.ts'
import type { Decoder } from './decoded-value.ts'
import type { RegisteredSchema } from './registered-schema.ts'

const UTF8 = new TextDecoder('utf-8', { fatal: true })

/** Whether a value is of its schema is not its own to say: that is what the check finds out. */
export function jsonDecoder({ text, references }: RegisteredSchema): Decoder {
  const document: unknown = JSON.parse(text)
  const schema: ParsedSchema = {
    language: 'JSON',
    document,
    references: references.map(({ name, text }) => ({ name, document: JSON.parse(text) as unknown })),
    message: null,
  }
  const { title } = (document ?? {}) as { readonly title?: unknown }
  const record = typeof title === 'string' ? title : ''
  return { decode: ({ payload }) => ({ value: parseJson(payload), record, schema }) }
}

/** Throws where the bytes are no JSON text in UTF-8. */
export function parseJson(bytes: Buffer): unknown {
  return JSON.parse(UTF8.decode(bytes))
}
