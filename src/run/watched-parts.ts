import type { ClusterSettings, ServiceSettings, Settings } from '../config/settings.ts'
import { codeOf, messageOf } from '../errors.ts'
import type { Instruments } from '../exposition/instruments.ts'
import type { ClusterHandle, DependencyView, Estate } from '../model/ports.ts'
import type { EstateChanges } from '../model/reload.ts'
import type { ServiceView } from '../model/service-status.ts'
import type { ClusterPipeline } from '../pipeline/cluster-pipeline.ts'
import type { RecordWatch } from '../pipeline/record-watch.ts'
import type { WatchedService } from '../sources/services/watched-service.ts'
import type { WatchedDependency } from '../sources/watched-dependency.ts'
import { type PipelineSpec, pipelineFrom, pipelineSpecOf } from './create-pipeline.ts'
import { recordWatchFrom } from './create-record-watch.ts'
import { nextParts } from './next-parts.ts'
import type { PartSpec } from './part-changes.ts'
import { recordWatchersOf } from './record-watchers.ts'
import type { Surroundings } from './surroundings.ts'
import {
  announceDependency,
  type DependencySpec,
  forgetDependency,
  watchDependency,
} from './watch-dependency.ts'
import { forgetService, watchService } from './watch-service.ts'

interface ClusterPart {
  readonly name: string | null
  readonly spec: PipelineSpec
  readonly pipeline: ClusterPipeline
  /** Null where nobody wants its records. */
  readonly watch: RecordWatch | null
  readonly handle: ClusterHandle
}

interface DependencyPart {
  readonly name: string
  readonly spec: DependencySpec
  readonly watched: WatchedDependency
}

interface ServicePart {
  readonly name: string
  readonly spec: ServiceSettings
  readonly watched: WatchedService
}

/** The clusters, dependencies and services that are watched now. */
export class WatchedParts implements Estate {
  readonly #instruments: Instruments
  readonly #surroundings: Surroundings
  #clusters: readonly ClusterPart[] = []
  #dependencies: readonly DependencyPart[] = []
  #services: readonly ServicePart[] = []
  #handles: readonly ClusterHandle[] = []

  constructor(instruments: Instruments, surroundings: Surroundings) {
    this.#instruments = instruments
    this.#surroundings = surroundings
  }

  clusters(): readonly ClusterHandle[] {
    return this.#handles
  }

  dependencies(): readonly DependencyView[] {
    return this.#dependencies.map(({ watched }) => watched.view())
  }

  services(): readonly ServiceView[] {
    return this.#services.map(({ watched }) => watched.view())
  }

  /** Makes the parts of the first settings; nothing runs before `start`. */
  create(settings: Settings): void {
    const clusters = clusterSpecsOf(settings).map(each => this.#clusterPart(each))
    const dependencies = dependencySpecsOf(settings).map(each => this.#dependencyPart(each))
    const services = serviceSpecsOf(settings).map(each => this.#servicePart(each))
    for (const { spec } of dependencies) announceDependency(spec, this.#instruments)
    this.#swap(clusters, dependencies, services)
  }

  start(): void {
    for (const part of this.#clusters) startCluster(part)
    for (const { watched } of [...this.#dependencies, ...this.#services]) watched.start()
  }

  /**
   * Goes over to other settings. What is the same there is not touched. A cluster that is watched otherwise is stopped
   * first, and what it remembers handed on; until then it stays published. The new ones
   * are made before any is stopped: where one of them cannot be made, nothing changes.
   */
  async change(settings: Settings): Promise<EstateChanges> {
    const clusters = nextParts(this.#clusters, clusterSpecsOf(settings), each => this.#clusterPart(each))
    const dependencies = nextParts(this.#dependencies, dependencySpecsOf(settings), each =>
      this.#dependencyPart(each),
    )
    const services = nextParts(this.#services, serviceSpecsOf(settings), each => this.#servicePart(each))
    const unwatched = [...dependencies.left, ...services.left].map(part => part.watched)
    await this.#stopAll([...clusters.left.flatMap(runningOf), ...unwatched])

    const before = byName(clusters.left)
    for (const { name, spec, pipeline, watch } of clusters.fresh) {
      const earlier = before.get(name)
      const positions = earlier?.watch?.memory ?? null
      if (positions !== null) watch?.inherit(positions)
      const memory = earlier?.pipeline.memory ?? null
      if (earlier === undefined || memory === null) continue
      // What was read of other brokers is not shown as if these had said it.
      const isSameKafka = sharesBroker(earlier.spec.cluster, spec.cluster)
      pipeline.inherit(isSameKafka ? memory : { ...memory, snapshot: null })
    }
    // One of another kind has other labels.
    const isLabelledIn = (list: readonly DependencyPart[], { name, spec }: DependencyPart) =>
      list.some(other => other.name === name && other.spec.kind === spec.kind)
    for (const part of this.#dependencies) {
      if (!isLabelledIn(dependencies.parts, part)) forgetDependency(part.spec, this.#instruments)
    }
    for (const part of dependencies.parts) {
      if (!isLabelledIn(this.#dependencies, part)) announceDependency(part.spec, this.#instruments)
    }
    // One that is asked elsewhere now says nothing before it has been asked.
    for (const { spec } of services.left) forgetService(spec, this.#instruments)
    this.#swap(clusters.parts, dependencies.parts, services.parts)
    for (const part of clusters.fresh) startCluster(part)
    for (const { watched } of [...dependencies.fresh, ...services.fresh]) watched.start()
    return {
      clusters: clusters.changes,
      dependencies: dependencies.changes,
      services: services.changes,
    }
  }

  async stop(): Promise<void> {
    await this.#stopAll([
      ...this.#clusters.flatMap(runningOf),
      ...[...this.#dependencies, ...this.#services].map(part => part.watched),
    ])
  }

  /** Each has its own deadline; one that fails to end must not keep the others from ending. */
  async #stopAll(parts: readonly { stop(): Promise<void> }[]): Promise<void> {
    for (const result of await Promise.allSettled(parts.map(part => part.stop()))) {
      if (result.status === 'fulfilled') continue
      const { log } = this.#surroundings
      log.error({ code: codeOf(result.reason) }, `not stopped in order: ${messageOf(result.reason)}`)
    }
  }

  #swap(
    clusters: readonly ClusterPart[],
    dependencies: readonly DependencyPart[],
    services: readonly ServicePart[],
  ): void {
    this.#clusters = clusters
    this.#dependencies = dependencies
    this.#services = services
    this.#handles = clusters.map(part => part.handle)
  }

  #clusterPart({ name, spec }: PartSpec<PipelineSpec>): ClusterPart {
    const { watchers, views } = recordWatchersOf(spec, this.#surroundings)
    let watch: RecordWatch | null = null
    const pipeline = pipelineFrom(spec, this.#surroundings, () => ({
      ...views(),
      ...(watch && { unreadable: watch.unreadable }),
    }))
    const { handle } = pipeline
    watch = recordWatchFrom(spec, watchers, handle.snapshot, this.#surroundings)
    return { name, spec, pipeline, watch, handle }
  }

  #dependencyPart({ spec }: PartSpec<DependencySpec>): DependencyPart {
    return { name: spec.name, spec, watched: watchDependency(spec, this.#instruments, this.#surroundings) }
  }

  #servicePart({ spec }: PartSpec<ServiceSettings>): ServicePart {
    return { name: spec.name, spec, watched: watchService(spec, this.#instruments, this.#surroundings) }
  }
}

function clusterSpecsOf(settings: Settings) {
  return settings.clusters.map(cluster => ({ name: cluster.name, spec: pipelineSpecOf(cluster, settings) }))
}

/** Registries are dependencies without being listed as such. */
function dependencySpecsOf({ dependencies, schemas }: Settings) {
  const registries = schemas.flatMap(({ registry }) =>
    registry === null ? [] : [{ ...registry, kind: 'schema_registry' as const }],
  )
  const distinct = new Map(registries.map(registry => [registry.name, registry]))
  const specs: readonly DependencySpec[] = [...dependencies, ...distinct.values()]
  return specs.map(spec => ({ name: spec.name, spec }))
}

function serviceSpecsOf({ services }: Settings) {
  return services.map(spec => ({ name: spec.name, spec }))
}

function byName<Part extends { readonly name: string | null }>(parts: readonly Part[]) {
  return new Map<string | null, Part>(parts.map(part => [part.name, part]))
}

function sharesBroker(one: ClusterSettings, other: ClusterSettings): boolean {
  return one.brokers.some(a => other.brokers.some(b => a.host === b.host && a.port === b.port))
}

function startCluster({ pipeline, watch }: ClusterPart): void {
  pipeline.start()
  watch?.start()
}

function runningOf({ pipeline, watch }: ClusterPart) {
  return watch === null ? [pipeline] : [watch, pipeline]
}
