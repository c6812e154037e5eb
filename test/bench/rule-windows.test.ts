import assert from 'node:assert/strict'
import { test } from 'node:test'
import { windowsOf } from '../../bench/rules/windows.ts'

test('how far back rules look at each metric: the longest window with its offset', () => {
  const windows = windowsOf([
    {
      rules: [
        { expr: 'max_over_time(lag{job="a"}[3m]) > 1 and last_over_time(lag{job="a"}[3m] offset 15m) > 1' },
        { expr: 'sum_over_time(group:lag:bool[360m]) / 720 > 0.03 and up == 1' },
      ],
    },
    { rules: [{ expr: 'increase(lost_total[1h30m]) > 0' }] },
  ])
  assert.deepEqual(Object.fromEntries(windows), { lag: 1080, 'group:lag:bool': 21_600, lost_total: 5400 })
})
