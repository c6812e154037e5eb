import { stringify } from 'yaml'
import type { AnyOption } from './option.ts'
import {
  CLUSTER_OPTIONS,
  DEPENDENCY_OPTIONS,
  EXPORTER_OPTIONS,
  GRANULARITY_OPTIONS,
  OBJECTIVE_OPTIONS,
  SCHEMA_OPTIONS,
  SERVICE_OPTIONS,
} from './options.ts'
import type { ClusterSettings, ServiceSettings, Settings } from './settings.ts'

type Tree = { [key: string]: unknown }

/** The settings as a configuration file: for `--print-config`. Secrets are `<secret>`, passwords in URLs too. */
export function renderSettings(settings: Settings): string {
  const tree: Tree = { clusters: settings.clusters.map(clusterTree) }
  if (settings.dependencies.length > 0) {
    tree.dependencies = settings.dependencies.map(dependency => treeOf(DEPENDENCY_OPTIONS, dependency))
  }
  if (settings.services.length > 0) {
    tree.services = settings.services.map(serviceTree)
  }
  if (settings.schemas.length > 0) {
    tree.schemas = settings.schemas.map(schema => treeOf(SCHEMA_OPTIONS, schema))
  }
  Object.assign(tree, treeOf(EXPORTER_OPTIONS, settings))
  const { granularity } = settings.metrics
  if (granularity.length > 0) {
    const metrics = tree.metrics as Tree
    metrics.granularity = granularity.map(each => treeOf(GRANULARITY_OPTIONS, each))
  }
  return stringify(tree, { lineWidth: 0, aliasDuplicateObjects: false })
}

function clusterTree(cluster: ClusterSettings): Tree {
  const tree = treeOf(CLUSTER_OPTIONS, cluster)
  if (cluster.objectives.length > 0) {
    tree.objectives = cluster.objectives.map(objective => treeOf(OBJECTIVE_OPTIONS, objective))
  }
  return tree
}

/** A `tls` mapping says by itself that TLS is used. */
function serviceTree(service: ServiceSettings): Tree {
  const tree = treeOf(SERVICE_OPTIONS, service)
  return service.tls === null || 'tls' in tree ? tree : { ...tree, tls: {} }
}

function treeOf(options: readonly AnyOption[], scope: unknown): Tree {
  const root: Tree = {}
  for (const option of options) {
    const value = option.path === null ? null : (option.get?.(scope) ?? null)
    if (value === null) continue
    const steps = option.path!.split('.')
    const key = steps.pop()!
    let tree = root
    for (const step of steps) {
      tree[step] ??= {}
      tree = tree[step] as Tree
    }
    tree[key] = option.type.render(value)
  }
  return root
}
