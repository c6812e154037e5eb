import type { ServiceView } from '../../model/service-status.ts'
import { SERVICE_STATUSES, type ServiceFailure, type ServiceStatus } from '../../model/service-status.ts'
import type { NameMatch } from '../name-match.ts'
import { instant } from './json-values.ts'

/** One service whose health is asked for. */
export interface ServiceSummary {
  readonly name: string
  readonly address: string
  /** Null before the first check has ended. */
  readonly status: ServiceStatus | null
  readonly since: string | null
  readonly checkSeconds: number | null
  readonly checkedAt: string | null
  readonly failure: ServiceFailure | null
  /** Null where it has no `metrics_url`. */
  readonly resources: ServiceResourceSummary | null
}

export interface ServiceResourceSummary {
  readonly cpuRatio: number | null
  readonly memoryBytes: number | null
  readonly failure: ServiceFailure | null
}

/** Services by what their last check found; `unchecked` have not been checked yet. */
export type ServiceCounts = Readonly<Record<ServiceStatus | 'unchecked', number>>

export function toServiceSummary(view: ServiceView): ServiceSummary {
  const { name, address, status, since, checkMs, checkedAt, failure, resources } = view
  return {
    name,
    address,
    status,
    since: since === null ? null : instant(since),
    checkSeconds: checkMs === null ? null : checkMs / 1000,
    checkedAt: checkedAt === null ? null : instant(checkedAt),
    failure,
    resources,
  }
}

export function countServices(views: readonly ServiceView[]): ServiceCounts {
  const counts = { offline: 0, unhealthy: 0, not_serving: 0, unknown: 0, serving: 0, unchecked: 0 }
  for (const { status } of views) counts[status ?? 'unchecked']++
  return counts
}

/** Those whose name matches, the worst first; in the order of the configuration where they are alike. */
export function selectServices(
  views: readonly ServiceView[],
  match: NameMatch | null,
): readonly ServiceView[] {
  const isMatching = match?.(views.map(({ name }) => name))
  const selected = views.filter((_, i) => isMatching?.[i] ?? true)
  return selected.toSorted((a, b) => rankOf(a) - rankOf(b))
}

/** One that has not been checked stands before those that are well. */
function rankOf({ status }: ServiceView): number {
  return status === null ? SERVICE_STATUSES.length - 1.5 : SERVICE_STATUSES.indexOf(status)
}
