import { nearest } from '../model/nearest.ts'
import { type Fault, kindOf, pathText, shown } from './fault.ts'
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

type Path = readonly (string | number)[]

/** Tells what is wrong with a value and with what is in it. */
type Check = (value: unknown, at: Path, faults: Fault[]) => void

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
  clusters: listOf(mapping(CLUSTER_KEYS, { objectives: listOf(mapping(OBJECTIVE_KEYS)) })),
  dependencies: listOf(mapping(DEPENDENCY_KEYS)),
  services: listOf(mapping(SERVICE_KEYS)),
  schemas: listOf(mapping(SCHEMA_KEYS)),
  metrics: mapping(METRICS_KEYS, { granularity: listOf(mapping(GRANULARITY_KEYS)) }),
})

/** Every fault of a configuration file that can be seen without its flags, its variables and the files it names. */
export function fileFaults(document: unknown): readonly Fault[] {
  return faultsIn(document, FILE)
}

/** A check of documents that hold these settings and nothing else. */
export function fileCheck(options: readonly AnyOption[]): (document: unknown) => readonly Fault[] {
  const check = mapping(sectionOf(options))
  return document => faultsIn(document, check)
}

function faultsIn(document: unknown, check: Check): readonly Fault[] {
  const faults: Fault[] = []
  check(document, [], faults)
  return faults
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

/** `lists` are those of its keys that hold lists of mappings. A key may be left out. */
function mapping(keys: Section, lists: Readonly<Record<string, Check>> = {}): Check {
  const checks = [...keys].map(
    ([key, inner]) => [key, lists[key] ?? (inner instanceof Map ? mapping(inner) : setting(inner))] as const,
  )
  return (value, at, faults) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      faults.push(misplaced(value, 'a mapping', at))
      return
    }
    const given = new Map<string, unknown>(Object.entries(value))
    for (const [key, check] of checks) {
      const inner = given.get(key)
      if (inner !== undefined) check(inner, [...at, key], faults)
    }
    for (const key of given.keys()) if (!keys.has(key)) faults.push(unknownKey(key, at, [...keys.keys()]))
  }
}

function listOf(item: Check): Check {
  return (value, at, faults) => {
    if (!Array.isArray(value)) faults.push(misplaced(value, 'a list', at))
    else for (const [i, inner] of value.entries()) item(inner, [...at, i], faults)
  }
}

/** The value may be a secret: only its kind is told. */
function misplaced(value: unknown, expected: string, at: Path): Fault {
  return { at: pathText(at), problem: `got ${kindOf(value)}, expected ${expected}` }
}

function unknownKey(key: string, at: Path, known: readonly string[]): Fault {
  const near = nearest(key, known)
  const problem = near === null ? `expected one of ${known.join(', ')}` : `did you mean ${near}?`
  return { at: pathText([...at, key]), problem: `unknown key, ${problem}` }
}

function setting(option: AnyOption): Check {
  return (raw, at, faults) => {
    const report: Report = (got, expected, within = []) => {
      const isSecret = option.type.secret && got !== null
      faults.push({ at: pathText([...at, ...within]), problem: problemText(got, expected, isSecret) })
    }
    option.type.parse(raw, report)
  }
}
