import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Deployment } from 'kubernetes-types/apps/v1.js'
import type { Container, Service } from 'kubernetes-types/core/v1.js'
import { parse, parseAllDocuments } from 'yaml'

export const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples')

export type Manifest = (Deployment & { kind: 'Deployment' }) | (Service & { kind: 'Service' })

/** All documents of `kubernetes.yaml` of one example. */
export function readManifests(example: string): Manifest[] {
  const text = readFileSync(join(EXAMPLES, example, 'kubernetes.yaml'), 'utf8')
  return parseAllDocuments(text).map(document => {
    if (document.errors.length > 0) throw document.errors[0]
    return document.toJS()
  })
}

export function deploymentOf(manifests: readonly Manifest[]): Deployment {
  return manifests.find(manifest => manifest.kind === 'Deployment') as Deployment
}

export function containerOf(deployment: Deployment): Container {
  return deployment.spec!.template.spec!.containers[0]!
}

/** The deployment after `kubectl patch --patch-file`, as far as it merges: by keys, containers by name, null removes. */
export function patched(deployment: Deployment, example: string, file: string): Deployment {
  return merge(deployment, parse(readFileSync(join(EXAMPLES, example, file), 'utf8'))) as Deployment
}

function merge(onto: unknown, patch: unknown): unknown {
  if (Array.isArray(onto) && Array.isArray(patch))
    return onto.map(item => merge(item, patch.find(({ name }) => name === item.name) ?? {}))
  if (onto === null || typeof onto !== 'object' || patch === null || typeof patch !== 'object') return patch
  const result: Record<string, unknown> = { ...onto }
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else result[key] = merge(result[key], value)
  }
  return result
}
