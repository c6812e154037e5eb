import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { manifestFaults } from './manifest-types.ts'
import {
  containerOf,
  deploymentOf,
  EXAMPLES,
  type Manifest,
  patched,
  readManifests,
} from './read-manifests.ts'

const NAMES = ['cve-pipeline', 'exec-probe-worker', 'auto-healing-consumer'] as const
const read = new Map<string, Manifest[]>(NAMES.map(name => [name, readManifests(name)]))
const deployments = NAMES.map(name => deploymentOf(read.get(name)!))

test('Kubernetes knows every field of the manifests, and none is missing', () => {
  const withGrpc = patched(deployments[0]!, 'cve-pipeline', 'grpc-probes.yaml')
  assert.deepEqual(containerOf(withGrpc).livenessProbe, {
    periodSeconds: 10,
    timeoutSeconds: 3,
    failureThreshold: 2,
    grpc: { port: 9090, service: 'liveness' },
  })
  assert.deepEqual(manifestFaults([...[...read.values()].flat(), { ...withGrpc, kind: 'Deployment' }]), [])
})

test('a field that Kubernetes does not know would be found', () => {
  const wrong = structuredClone(deployments[1]!)
  Object.assign(containerOf(wrong).livenessProbe!, { intervalSeconds: 1 })
  assert.match(
    manifestFaults([{ ...wrong, kind: 'Deployment' }]).join(),
    /'"intervalSeconds"' does not exist/,
  )
})

for (const [i, name] of NAMES.entries()) {
  const deployment = deployments[i]!
  const { spec } = deployment
  const container = containerOf(deployment)
  const env = new Map(container.env!.map(variable => [variable.name, variable.value]))

  test(`${name}: pods are found by their labels, and probes by their ports`, () => {
    assert.deepEqual(spec!.template.metadata!.labels, spec!.selector.matchLabels)
    const ports = new Map((container.ports ?? []).map(port => [port.name, port.containerPort]))
    assert.equal(ports.get('http'), env.has('PORT') ? Number(env.get('PORT')) : undefined)
    assert.equal(ports.get('grpc'), env.has('GRPC_PORT') ? Number(env.get('GRPC_PORT')) : undefined)
    for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe])
      if (probe?.httpGet) assert.ok(ports.has(String(probe.httpGet.port)))
    for (const manifest of read.get(name)!) {
      if (manifest.kind !== 'Service') continue
      assert.deepEqual(manifest.spec!.selector, spec!.selector.matchLabels)
      for (const port of manifest.spec!.ports!) assert.equal(ports.get(port.name!), port.port)
    }
  })

  test(`${name}: every variable is one that the program reads, and it runs with few rights`, () => {
    const program = readFileSync(join(EXAMPLES, name, 'main.ts'), 'utf8')
    const read = new Set(program.match(/\b[A-Z][A-Z_]{3,}\b/g))
    assert.deepEqual(
      [...env.keys()].filter(variable => !read.has(variable)),
      [],
    )
    assert.deepEqual(container.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
  })
}

test('who removes the file asks less often than the worker may go without touching it', () => {
  const container = containerOf(deployments[1]!)
  const probe = container.livenessProbe!
  const [file, stalledAfterMs] = ['HEARTBEAT_FILE', 'STALLED_AFTER_MS'].map(
    name => container.env!.find(variable => variable.name === name)!.value!,
  )
  assert.deepEqual(probe.exec, { command: ['rm', file] })
  assert.ok(probe.periodSeconds! * 1_000 > Number(stalledAfterMs))
  assert.ok(probe.initialDelaySeconds! * 1_000 > Number(stalledAfterMs))
  assert.equal(probe.failureThreshold, 1)
  assert.ok(container.volumeMounts!.some(({ mountPath }) => file!.startsWith(`${mountPath}/`)))
})
