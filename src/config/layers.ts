import type { Fault } from './fault.ts'
import { problemText } from './file-schema.ts'
import type { AnyOption, Option } from './option.ts'

/** What one or several places say of a setting. `value` is undefined where it was given but is faulty. */
export interface Found<Value> {
  readonly given: boolean
  readonly value: Value | undefined
  /** What a fault of this setting names. */
  readonly at: string
}

/** Where settings come from: flags, environment, or a scope of the file. Null where it says nothing of a setting. */
// biome-ignore lint/suspicious/noExplicitAny: an option of any scope; its value's type is kept
export type Layer = <Value>(option: Option<Value, any>) => Found<Value> | null

/** A scope of the file, such as `clusters[0]`. Its faults are reported by the schema, so none is reported here. */
export function fileLayer(scope: unknown, prefix: string): Layer {
  return option => {
    if (option.path === null) return null
    let raw = scope
    for (const key of option.path.split('.')) {
      if (typeof raw !== 'object' || raw === null || !Object.hasOwn(raw, key)) return null
      raw = (raw as Record<string, unknown>)[key]
    }
    return { given: true, value: option.type.parse(raw, () => {}), at: `${prefix}${option.path}` }
  }
}

/** What was written as text. `textsOf` gives a setting's texts and what they are to be called. */
export function textLayer(
  options: readonly AnyOption[],
  textsOf: (option: AnyOption) => { readonly texts: readonly string[]; readonly at: string } | null,
  faults: Fault[],
): Layer {
  const found = new Map<AnyOption, Found<unknown>>()
  for (const option of options) {
    const source = textsOf(option)
    if (source === null) continue
    let faulty = false
    const value = option.type.parseTexts(source.texts, (raw, expected) => {
      faulty = true
      faults.push({ at: source.at, problem: problemText(raw, expected, option.type.secret) })
    })
    if (value !== undefined || faulty) found.set(option, { given: true, value, at: source.at })
  }
  return <Value>(option: AnyOption) => (found.get(option) as Found<Value> | undefined) ?? null
}

/** The first layer that says something counts. `absentAt` is what a fault of a missing setting names. */
export function firstOf(layers: readonly Layer[], absentAt: (option: AnyOption) => string) {
  return <Value, Scope>(option: Option<Value, Scope>): Found<Value> => {
    for (const layer of layers) {
      const found = layer(option)
      if (found !== null) return found
    }
    return { given: false, value: option.fallback, at: absentAt(option) }
  }
}

export type Find = ReturnType<typeof firstOf>
