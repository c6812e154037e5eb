import { secondsOf } from '../catalog/family.ts'
import { formatHostPort } from '../config/address.ts'
import { readTextFile } from '../config/read-file.ts'
import type { ServiceSettings } from '../config/settings.ts'
import type { Instruments } from '../exposition/instruments.ts'
import { SERVICE_STATUSES } from '../model/service-status.ts'
import type { ReadText } from '../sources/request-credentials.ts'
import { HealthClient } from '../sources/services/health-client.ts'
import { ResourceReader } from '../sources/services/resource-reader.ts'
import { WatchedService } from '../sources/services/watched-service.ts'
import type { Surroundings } from './surroundings.ts'

const read: ReadText = (path, maxBytes) => readTextFile(path, maxBytes, 'again')

/** A service whose checks are published. */
export function watchService(
  settings: ServiceSettings,
  instruments: Instruments,
  { log, clock }: Surroundings,
): WatchedService {
  const { name, address, metricsUrl, intervalMs } = settings
  const service = { service: name }
  return new WatchedService({
    name,
    address: formatHostPort(address),
    intervalMs,
    health: new HealthClient({ ...settings, read }),
    resources: metricsUrl === null ? null : new ResourceReader({ ...settings, metricsUrl, read }),
    clock,
    log,
    onCheck({ status, checkMs, resources }) {
      for (const each of SERVICE_STATUSES) {
        instruments.serviceStatus.set({ service: name, status: each }, each === status ? 1 : 0)
      }
      setOrRemove(
        instruments.serviceCheckDurationSeconds,
        service,
        checkMs === null ? null : secondsOf(checkMs),
      )
      setOrRemove(instruments.serviceCpuRatio, service, resources?.cpuRatio ?? null)
      setOrRemove(instruments.serviceMemoryBytes, service, resources?.memoryBytes ?? null)
    },
  })
}

/** Nothing is told of a service any more. */
export function forgetService({ name }: ServiceSettings, instruments: Instruments): void {
  const service = { service: name }
  for (const status of SERVICE_STATUSES) instruments.serviceStatus.remove({ service: name, status })
  instruments.serviceCheckDurationSeconds.remove(service)
  instruments.serviceCpuRatio.remove(service)
  instruments.serviceMemoryBytes.remove(service)
}

/** What is not known is absent. */
function setOrRemove(
  gauge: Instruments['serviceCpuRatio'],
  labels: { readonly service: string },
  value: number | null,
): void {
  if (value === null) gauge.remove(labels)
  else gauge.set(labels, value)
}
