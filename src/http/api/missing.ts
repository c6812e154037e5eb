import type { MissingReason } from '../../model/observation.ts'
import type { ClusterHandle } from '../../model/ports.ts'

/** Something that the configuration expects and that is not there. */
export interface MissingItem {
  readonly cluster: string | null
  readonly name: string
  /** `absent`: a broker said that it does not exist. `denied`: not authorised. `unreadable`: nobody could say. */
  readonly reason: MissingReason['kind']
  /** Kafka's name of the error or the exporter's failure code; null where it is `absent`. */
  readonly code: string | null
}

/** A cluster that was not reached by the last poll, or of which nothing is known at all. */
export interface UnavailableCluster {
  readonly cluster: string | null
  readonly reason: string
}

export function missingGroupsOf(clusters: readonly ClusterHandle[]): readonly MissingItem[] {
  return clusters.flatMap(c => toMissingItems(c.name, c.snapshot()?.missingGroups))
}

export function missingTopicsOf(clusters: readonly ClusterHandle[]): readonly MissingItem[] {
  return clusters.flatMap(c => toMissingItems(c.name, c.snapshot()?.topics.missing))
}

function toMissingItems(
  cluster: string | null,
  reasons: ReadonlyMap<string, MissingReason> | undefined,
): readonly MissingItem[] {
  return [...(reasons ?? [])].map(([name, reason]) => ({
    cluster,
    name,
    reason: reason.kind,
    code: reason.kind === 'absent' ? null : reason.code,
  }))
}
