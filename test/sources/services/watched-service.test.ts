import assert from 'node:assert/strict'
import { describe, it, mock, type TestContext } from 'node:test'
import type { Log } from '../../../src/model/ports.ts'
import type { ServiceResources, ServiceView } from '../../../src/model/service-status.ts'
import type { HealthFinding } from '../../../src/sources/services/health-failure.ts'
import { WatchedService } from '../../../src/sources/services/watched-service.ts'

const T0 = 1_700_000_000_000
const turn = () => new Promise<void>(resolve => setImmediate(resolve))
const SERVING: HealthFinding = { status: 'serving', failure: null }
const REFUSED: HealthFinding = {
  status: 'offline',
  failure: { code: 'CONNECTION_REFUSED', message: 'connection refused' },
}
const NO_RESOURCES: ServiceResources = {
  cpuRatio: null,
  memoryBytes: null,
  failure: { code: 'TIMEOUT', message: 'too late' },
}

/** Finds the next of the findings with each check, null = never; a service with `resources` tells those. */
function watch(
  t: TestContext,
  findings: readonly (HealthFinding | Error | null)[],
  resources: readonly ServiceResources[] | null = null,
) {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.after(() => mock.timers.reset())
  const lines: string[] = []
  const views: ServiceView[] = []
  const write = (level: string) => (_fields: object, message: string) => lines.push(`${level} ${message}`)
  const log: Log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
  let [checks, closed] = [0, 0]
  const close = () => {
    closed++
  }
  const service = new WatchedService({
    name: 'bff',
    address: 'bff:50051',
    intervalMs: 10_000,
    health: {
      async check() {
        const finding = findings[checks++] ?? null
        if (finding === null) return new Promise<never>(() => {})
        if (finding instanceof Error) throw finding
        return finding
      },
      close,
    },
    resources: resources && { check: async () => resources[checks - 1] ?? NO_RESOURCES, close },
    clock: () => T0 + views.length * 10_000,
    log,
    onCheck: view => views.push(view),
  })
  const next = async () => {
    await turn()
    mock.timers.tick(10_000)
  }
  /** A check that never ends is left. */
  const stop = async () => {
    const stopped = service.stop()
    mock.timers.tick(2_000)
    await stopped
  }
  return { service, lines, views, next, stop, closed: () => closed, checks: () => checks }
}

describe('a watched service', () => {
  it('is not known before its first check, then what the last one found, and since when', async t => {
    const { service, lines, views, next, stop } = watch(t, [
      SERVING,
      REFUSED,
      REFUSED,
      { status: 'not_serving', failure: null },
      SERVING,
    ])
    assert.deepEqual([service.view().status, service.view().since], [null, null])
    service.start()
    for (let i = 0; i < 5; i++) await next()
    assert.deepEqual(
      views.map(({ status, since, checkedAt, failure }) => [
        status,
        (since ?? 0) - T0,
        (checkedAt ?? 0) - T0,
        failure?.code,
      ]),
      [
        ['serving', 0, 0, undefined],
        ['offline', 10_000, 10_000, 'CONNECTION_REFUSED'],
        ['offline', 10_000, 20_000, 'CONNECTION_REFUSED'],
        ['not_serving', 30_000, 30_000, undefined],
        ['serving', 40_000, 40_000, undefined],
      ],
    )
    assert.deepEqual(lines, [
      'warn service is offline: connection refused',
      'warn service is not serving: it says so itself',
      'info service is serving again',
    ])
    assert.deepEqual(service.view(), views.at(-1))
    await stop()
  })

  it('is unknown after a defect, and checked again', async t => {
    const { service, lines, views, next, stop } = watch(t, [new Error('no such module\nstack'), SERVING])
    service.start()
    await next()
    await next()
    assert.deepEqual(
      views.map(({ status, failure }) => [status, failure]),
      [
        ['unknown', { code: 'INTERNAL', message: 'no such module' }],
        ['serving', null],
      ],
    )
    assert.equal(lines[0], 'warn service is in an unknown state: no such module')
    await stop()
  })

  it('tells of its process whatever its health is, and once why it does not', async t => {
    const known: ServiceResources = { cpuRatio: 0.5, memoryBytes: 1, failure: null }
    const { service, lines, views, next, stop } = watch(
      t,
      [SERVING, SERVING, SERVING, SERVING],
      [known, NO_RESOURCES, NO_RESOURCES, known],
    )
    assert.deepEqual(service.view().resources, { cpuRatio: null, memoryBytes: null, failure: null })
    service.start()
    for (let i = 0; i < 4; i++) await next()
    assert.deepEqual(
      views.map(view => view.resources),
      [known, NO_RESOURCES, NO_RESOURCES, known],
    )
    assert.deepEqual(lines, [
      'warn CPU and memory of the service are not known: too late',
      'info CPU and memory of the service are known again',
    ])
    await stop()
  })

  it('ends what is under way when it stops, and says nothing more', async t => {
    const { service, views, stop, closed, checks } = watch(t, [SERVING, null], [])
    service.start()
    await stop()
    mock.timers.tick(30_000)
    await turn()
    assert.deepEqual([views.length, closed(), checks()], [0, 2, 1])
  })
})
