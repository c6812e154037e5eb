import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderServices } from '../../../src/http/page/services-section.ts'
import type { ServiceView } from '../../../src/model/service-status.ts'
import { estateOf, TAKEN_AT } from '../../fakes/estate.ts'

const BFF: ServiceView = {
  name: 'bff',
  address: 'bff:50051',
  status: 'serving',
  since: TAKEN_AT - 60_000,
  checkMs: 2,
  checkedAt: TAKEN_AT,
  failure: null,
  resources: { cpuRatio: 0.254, memoryBytes: 73_400_320, failure: null },
}

/** The text of each row, and what follows the table. */
function shown(services: readonly ServiceView[]): readonly string[] {
  const page = renderServices(estateOf([], [], services), TAKEN_AT)?.text ?? ''
  const words = (part: string) =>
    part
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
  const rows = [...page.matchAll(/<tr>.*?<\/tr>|<p class="more">.*?<\/p>/gs)]
  return rows.map(([part]) => words(part))
}

test('services are shown the worst first, with since when and why', () => {
  const failure = { code: 'TIMEOUT', message: 'connected, but no answer within 2000 ms' }
  assert.deepEqual(
    shown([
      BFF,
      { ...BFF, name: '<b>', status: 'unhealthy', since: TAKEN_AT - 840_000, failure, resources: null },
      { ...BFF, name: 'next', status: 'not_serving', resources: null },
      { ...BFF, name: 'new', status: null, since: null, checkedAt: null, resources: null },
    ]),
    [
      '&lt;b&gt; bff:50051 TIMEOUT connected, but no answer within 2000 ms 14 min unhealthy',
      'next bff:50051 1 min not serving',
      'new bff:50051 unknown',
      'bff bff:50051 CPU 0.25, 70 MiB serving',
    ],
  )
})

test('of many services the worst are shown, and where the others are', () => {
  const services = Array.from({ length: 200 }, (_, i) => ({
    ...BFF,
    name: `service-${i}`,
    status: i === 199 ? ('offline' as const) : ('serving' as const),
  }))
  const rows = shown(services)
  assert.equal(rows.length, 51)
  assert.match(rows[0] ?? '', /^service-199 bff:50051 .* offline$/)
  assert.equal(rows[50], '150 more services in the JSON')
})

test('there is no section without services', () => {
  assert.equal(renderServices(estateOf([]), TAKEN_AT), null)
})
