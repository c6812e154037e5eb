import type { Settings } from '../config/settings.ts'
import { ExporterError } from '../errors.ts'
import type { Log } from '../model/ports.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { createPipeline } from './create-pipeline.ts'

export interface DirectLook {
  poll(): Promise<Snapshot>
  close(): Promise<void>
}

/** Looks at the first configured cluster when asked, without state and without publishing. */
export function openDirectLook(settings: Settings, log: Log): DirectLook {
  const [cluster] = settings.clusters
  if (cluster === undefined) throw new ExporterError('INTERNAL', 'no cluster is configured')
  const pipeline = createPipeline(cluster, { ...settings, stateFile: null }, { log, clock: Date.now })
  return { poll: () => pipeline.poll(), close: () => pipeline.stop() }
}
