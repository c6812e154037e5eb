import assert from 'node:assert/strict'
import { describe, it, mock } from 'node:test'
import { ExporterError } from '../../src/errors.ts'
import type { Log } from '../../src/model/ports.ts'
import { type DependencyCheck, type Probe, WatchedDependency } from '../../src/sources/watched-dependency.ts'

const T0 = 1_700_000_000_000
const turn = () => new Promise<void>(resolve => setImmediate(resolve))

/** Answers each check with the next of `results`, null = never; then succeeds in 2 ms. */
function watch(results: readonly (number | Error | null)[]) {
  const lines: string[] = []
  const checks: DependencyCheck[] = []
  const write = (level: string) => (_fields: object, message: string) => lines.push(`${level} ${message}`)
  const log: Log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
  let next = 0
  let closed = 0
  const probe: Probe = {
    async check() {
      const result = next < results.length ? results[next++] : 2
      if (result === null) return new Promise<never>(() => {})
      if (typeof result === 'number') return result
      throw result
    },
    async close() {
      closed++
    },
  }
  const dependency = new WatchedDependency({
    name: 'orders-db',
    kind: 'postgres',
    intervalMs: 10_000,
    probe,
    clock: () => T0,
    log,
    onCheck: check => checks.push(check),
  })
  return { dependency, lines, checks, closed: () => closed }
}

describe('a watched dependency', () => {
  it('is unknown before its first check, then what the last one found', async t => {
    mock.timers.enable({ apis: ['setTimeout'] })
    t.after(() => mock.timers.reset())
    const refused = new ExporterError('CONNECTION_REFUSED', 'nobody listens')
    const { dependency, lines, checks } = watch([3, refused, refused, 5])
    const facts = () => {
      const { up, pingMs, checkedAt, failure } = dependency.view()
      return [up, pingMs, checkedAt, failure?.code]
    }
    assert.deepEqual(facts(), [null, null, null, undefined])
    dependency.start()
    const seen: unknown[] = []
    for (let i = 0; i < 4; i++) {
      await turn()
      seen.push(facts())
      mock.timers.tick(10_000)
    }
    assert.deepEqual(seen, [
      [true, 3, T0, undefined],
      [false, null, T0, 'CONNECTION_REFUSED'],
      [false, null, T0, 'CONNECTION_REFUSED'],
      [true, 5, T0, undefined],
    ])
    assert.deepEqual(lines, ['warn dependency is down: nobody listens', 'info dependency is back'])
    await dependency.stop()
    const count = checks.length
    mock.timers.tick(20_000)
    await turn()
    assert.equal(checks.length, count)
  })

  it('is closed when it stops, after the check under way', async () => {
    const { dependency, checks, closed } = watch([1])
    dependency.start()
    await dependency.stop()
    assert.deepEqual([checks.length, closed()], [1, 1])
  })

  it('stops although a check hangs', async t => {
    mock.timers.enable({ apis: ['setTimeout'] })
    t.after(() => mock.timers.reset())
    const { dependency, closed } = watch([null])
    dependency.start()
    let isStopped = false
    const stopping = dependency.stop().then(() => {
      isStopped = true
    })
    mock.timers.tick(1_999)
    await turn()
    assert.equal(isStopped, false)
    mock.timers.tick(1)
    await stopping
    assert.equal(closed(), 0)
  })
})
