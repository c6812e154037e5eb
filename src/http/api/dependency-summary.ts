import type { DependencyView } from '../../model/ports.ts'
import { instant } from './json-values.ts'

/** One service that the consumers depend on. */
export interface DependencySummary {
  readonly name: string
  readonly kind: DependencyView['kind']
  /** Null before the first check has ended. */
  readonly up: boolean | null
  readonly pingSeconds: number | null
  readonly checkedAt: string | null
  readonly failure: { readonly code: string; readonly message: string } | null
}

export function toDependencySummary(view: DependencyView): DependencySummary {
  return {
    name: view.name,
    kind: view.kind,
    up: view.up,
    pingSeconds: view.pingMs === null ? null : view.pingMs / 1000,
    checkedAt: view.checkedAt === null ? null : instant(view.checkedAt),
    failure: view.failure,
  }
}
