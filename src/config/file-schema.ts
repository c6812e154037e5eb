import { z } from 'zod'
import { type Fault, kindOf, pathText, shown } from './fault.ts'
import { nearest } from './nearest.ts'
import type { AnyOption, Report } from './option.ts'
import {
  CLUSTER_OPTIONS,
  DEPENDENCY_OPTIONS,
  EXPORTER_OPTIONS,
  GRANULARITY_OPTIONS,
  OBJECTIVE_OPTIONS,
  SCHEMA_OPTIONS,
  SERVICE_OPTIONS,
} from './options.ts'

/** The keys of a mapping, in the order of the table. */
interface Section extends Map<string, Section | AnyOption> {}

const OBJECTIVE_KEYS = sectionOf(OBJECTIVE_OPTIONS)
const CLUSTER_KEYS: Section = sectionOf(CLUSTER_OPTIONS).set('objectives', OBJECTIVE_KEYS)
const DEPENDENCY_KEYS = sectionOf(DEPENDENCY_OPTIONS)
const SERVICE_KEYS = sectionOf(SERVICE_OPTIONS)
const SCHEMA_KEYS = sectionOf(SCHEMA_OPTIONS)
const GRANULARITY_KEYS = sectionOf(GRANULARITY_OPTIONS)
const EXPORTER_KEYS = sectionOf(EXPORTER_OPTIONS)
const METRICS_KEYS = (EXPORTER_KEYS.get('metrics') as Section).set('granularity', GRANULARITY_KEYS)
const FILE_KEYS: Section = new Map<string, Section | AnyOption>([
  ['clusters', CLUSTER_KEYS],
  ['dependencies', DEPENDENCY_KEYS],
  ['services', SERVICE_KEYS],
  ['schemas', SCHEMA_KEYS],
  ...EXPORTER_KEYS,
])

const FILE = mapping(FILE_KEYS, {
  clusters: listOf(
    mapping(CLUSTER_KEYS, { objectives: listOf(mapping(OBJECTIVE_KEYS)).optional() }),
  ).optional(),
  dependencies: listOf(mapping(DEPENDENCY_KEYS)).optional(),
  services: listOf(mapping(SERVICE_KEYS)).optional(),
  schemas: listOf(mapping(SCHEMA_KEYS)).optional(),
  metrics: mapping(METRICS_KEYS, { granularity: listOf(mapping(GRANULARITY_KEYS)).optional() }).optional(),
})

/** Every fault of a configuration file that can be seen without its flags, its variables and the files it names. */
export function fileFaults(document: unknown): readonly Fault[] {
  return faultsIn(document, FILE, FILE_KEYS)
}

/** A check of documents that hold these settings and nothing else. */
export function fileCheck(options: readonly AnyOption[]): (document: unknown) => readonly Fault[] {
  const keys = sectionOf(options)
  const schema = mapping(keys)
  return document => faultsIn(document, schema, keys)
}

function faultsIn(document: unknown, schema: z.ZodType, keys: Section): readonly Fault[] {
  const result = schema.safeParse(document)
  return result.success ? [] : result.error.issues.flatMap(issue => faultsOf(issue, keys))
}

/** How a type's reports are worded; the value is left out where it may be a secret. */
export function problemText(raw: unknown, expected: string, secret: boolean): string {
  return `got ${secret ? '<secret>' : shown(raw)}, expected ${expected}`
}

function sectionOf(options: readonly AnyOption[]): Section {
  const root: Section = new Map()
  for (const option of options) {
    if (option.path === null) continue
    const steps = option.path.split('.')
    const key = steps.pop()!
    let section = root
    for (const step of steps) {
      const inner = (section.get(step) as Section | undefined) ?? new Map()
      section.set(step, inner)
      section = inner
    }
    section.set(key, option)
  }
  return root
}

/** `lists` are those of its keys that hold lists of mappings. */
function mapping(keys: Section, lists: Readonly<Record<string, z.ZodType>> = {}): z.ZodType {
  const whole: Record<string, z.ZodType> = {}
  for (const [key, inner] of keys) {
    whole[key] = lists[key] ?? (inner instanceof Map ? mapping(inner) : setting(inner)).optional()
  }
  // A misplaced value may be a secret: only its kind is told.
  return z.strictObject(whole, { error: issue => `got ${kindOf(issue.input)}, expected a mapping` })
}

function listOf(item: z.ZodType): z.ZodType {
  return z.array(item, { error: issue => `got ${kindOf(issue.input)}, expected a list` })
}

function setting(option: AnyOption): z.ZodType {
  return z.unknown().superRefine((raw, context) => {
    const report: Report = (got, expected, at = []) =>
      context.addIssue({
        code: 'custom',
        path: [...at],
        message: problemText(got, expected, option.type.secret && got !== null),
      })
    option.type.parse(raw, report)
  })
}

function faultsOf(issue: z.core.$ZodIssue, keys: Section): readonly Fault[] {
  if (issue.code !== 'unrecognized_keys') return [{ at: pathText(issue.path), problem: issue.message }]
  const known = [...keysAt(issue.path, keys)]
  return issue.keys.map(key => {
    const near = nearest(key, known)
    const problem = near === null ? `expected one of ${known.join(', ')}` : `did you mean ${near}?`
    return { at: pathText([...issue.path, key]), problem: `unknown key, ${problem}` }
  })
}

function keysAt(path: readonly PropertyKey[], keys: Section): Iterable<string> {
  let section = keys
  for (const step of path) {
    if (typeof step === 'string') section = section.get(step) as Section
  }
  return section.keys()
}
