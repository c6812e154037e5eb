import type { Fault } from './fault.ts'
import { fileFaults } from './file-schema.ts'
import { LARGEST_CONFIG_BYTES } from './named-files.ts'
import type { ReadFile } from './read-file.ts'
import { parseYaml } from './yaml-document.ts'

export type Mapping = Readonly<Record<string, unknown>>

/** What a configuration file holds, its own faults reported. What is not of the right shape is not in here. */
export interface ConfigFile {
  readonly root: Mapping
  /** Mappings of `clusters` by their index; null where the list holds something else. */
  readonly clusters: readonly (Mapping | null)[]
  readonly dependencies: readonly (Mapping | null)[]
  readonly services: readonly (Mapping | null)[]
  readonly schemas: readonly (Mapping | null)[]
  /** False where a fault hides whether the file has clusters. */
  readonly clustersKnown: boolean
}

const NOTHING: ConfigFile = {
  root: {},
  clusters: [],
  dependencies: [],
  services: [],
  schemas: [],
  clustersKnown: true,
}

export function readConfigFile(path: string | undefined, readFile: ReadFile, faults: Fault[]): ConfigFile {
  if (path === undefined) return NOTHING
  const broken = { ...NOTHING, clustersKnown: false }
  let text: string
  try {
    text = readFile(path, LARGEST_CONFIG_BYTES)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    faults.push({ at: path, problem: `got ${reason}, expected a readable file` })
    return broken
  }
  const parsed = parseYaml(path, text)
  if ('faults' in parsed) {
    faults.push(...parsed.faults)
    return broken
  }
  if (parsed.value === null) return NOTHING
  const found = fileFaults(parsed.value)
  faults.push(...found.map(fault => (fault.at === '' ? { ...fault, at: path } : fault)))
  if (!isMapping(parsed.value)) return broken
  const root = parsed.value
  return {
    root,
    clusters: mappingsIn(root.clusters),
    dependencies: mappingsIn(root.dependencies),
    services: mappingsIn(root.services),
    schemas: mappingsIn(root.schemas),
    clustersKnown: root.clusters === undefined || Array.isArray(root.clusters),
  }
}

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The items of a list that are mappings, null in the place of the others. */
export function mappingsIn(list: unknown): readonly (Mapping | null)[] {
  return Array.isArray(list) ? list.map(item => (isMapping(item) ? item : null)) : []
}
