import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CpuRate } from '../../../src/sources/services/cpu-rate.ts'
import { MetricsScan } from '../../../src/sources/services/metrics-scan.ts'

function scanned(...pieces: readonly string[]) {
  const scan = new MetricsScan()
  for (const piece of pieces) scan.feed(piece)
  const { cpuSeconds, memoryBytes } = scan.end()
  return [cpuSeconds, memoryBytes]
}

const PLAIN = `# HELP process_cpu_seconds_total Total user and system CPU time spent in seconds.
# TYPE process_cpu_seconds_total counter
process_cpu_seconds_total 12.5
process_cpu_seconds_total_other 9
process_resident_memory_bytes 7.340032e+07
go_goroutines 9
`

test('two families are found in a text, however it is cut', () => {
  assert.deepEqual(scanned(PLAIN), [12.5, 73_400_320])
  assert.deepEqual(scanned(...PLAIN), [12.5, 73_400_320])
  assert.deepEqual(scanned(PLAIN.replaceAll('\n', '\r\n')), [12.5, 73_400_320])
})

test('labels, time stamps and exemplars are passed over, and several processes add up', () => {
  const text = `process_cpu_seconds_total{worker="a} 1 \\" 2",x="y"} 1.5 1700000000000
process_cpu_seconds_total{worker="b"} 2 # {trace_id="a"} 1
process_resident_memory_bytes\t{} 1
process_resident_memory_bytes 4096`
  assert.deepEqual(scanned(text), [3.5, 4_097])
})

test('what is no number of its kind is not known, and no sum is over a hole', () => {
  assert.deepEqual(scanned('process_cpu_seconds_total NaN\nprocess_resident_memory_bytes +Inf\n'), [
    null,
    null,
  ])
  assert.deepEqual(scanned('process_cpu_seconds_total 1\nprocess_cpu_seconds_total{a="b"} -1\n'), [
    null,
    null,
  ])
  assert.deepEqual(scanned('<html>', 'hello'), [null, null])
  assert.deepEqual(scanned(''), [null, null])
})

test('a line without an end is not kept', () => {
  const scan = new MetricsScan()
  for (let i = 0; i < 1_000; i++) scan.feed('process_cpu_seconds_total{x="'.padEnd(1_024, 'x'))
  scan.feed(' 1\nprocess_resident_memory_bytes 5\n')
  assert.deepEqual(scan.end(), { cpuSeconds: null, memoryBytes: 5 })
})

test('CPU is what a process used a second between two readings', () => {
  const rate = new CpuRate()
  const readings = [
    [10, 1_000],
    [12.5, 11_000],
    [12.5, 21_000],
    // Another process.
    [1, 31_000],
    [2, 41_000],
    // A reading that failed may hide one.
    [null, 51_000],
    [50, 61_000],
    [51, 71_000],
    [52, 71_000],
  ] as const
  assert.deepEqual(
    readings.map(([cpuSeconds, atMs]) => rate.step(cpuSeconds, atMs)),
    [null, 0.25, 0, null, 0.1, null, null, 0.1, null],
  )
})
