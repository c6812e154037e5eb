import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Samples, valueIn } from './exposition-text.ts'
import { cellOf, lagMs, takenAt } from './lag-clock.ts'
import { configOf, type LagWorld } from './lag-world.ts'
import { watchExporter } from './watched-exporter.ts'

const HOUR = 3_600_000
const HEADROOM = 'kafka_consumergroup_retention_headroom_seconds'

/** Configurations are read on a slow clock; the exporter's is moved on. */
export function registerRetentionChange(world: () => LagWorld): void {
  test('a retention that is shortened is noticed within a minute', async t => {
    const { lab } = world()
    const cell = cellOf('late', 'shrinking')
    const headroomMs = (samples: Samples) => Math.round(valueIn(samples, HEADROOM, { ...cell })! * 1_000)
    const timestamp = Date.now() - 2 * HOUR
    await lab.createTopics([{ name: 'shrinking', configs: { 'retention.ms': `${10 * HOUR}` } }])
    await lab.produce([{ topic: 'shrinking', count: 3, timestamp }])
    await lab.commitOffsets([{ group: 'late', offsets: [['shrinking', 0, 0]] }])
    let aheadMs = 0
    const exporter = await watchExporter(configOf(world()), () => Date.now() + aheadMs)
    t.after(() => exporter.stop())
    const before = await exporter.until('its age is known', s => lagMs(s, cell) !== undefined)
    assert.equal(headroomMs(before.samples), timestamp + 10 * HOUR - takenAt(before.samples))

    await lab.configure('shrinking', { 'retention.ms': `${3 * HOUR}` })
    aheadMs = 60_000
    await exporter.nextPoll()
    const after = await exporter.nextPoll()
    assert.equal(headroomMs(after.samples), timestamp + 3 * HOUR - takenAt(after.samples))
  })
}
