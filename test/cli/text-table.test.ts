import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cutTo, visibleText, widthOf, wrapTo } from '../../src/cli/terminal-text.ts'
import { type Column, renderTextTable } from '../../src/cli/text-table.ts'

interface Row {
  readonly name: string
  readonly size: number
}

const ROWS: readonly Row[] = [
  { name: 'a long name', size: 1 },
  { name: '日本', size: 1_000 },
]
const COLUMNS: readonly Column<Row>[] = [
  { title: 'NAME', text: row => row.name, atLeast: 4 },
  { title: 'SIZE', text: row => String(row.size), align: 'right', dropOrder: 2 },
  { title: 'NOTE', text: () => 'note', dropOrder: 1 },
]

const WIDTHS: readonly (readonly [width: number, lines: readonly string[]])[] = [
  [
    Number.POSITIVE_INFINITY,
    ['NAME         SIZE  NOTE', 'a long name     1  note', '日本         1000  note'],
  ],
  [20, ['NAME      SIZE  NOTE', 'a long …     1  note', '日本      1000  note']],
  [15, ['NAME       SIZE', 'a long n…     1', '日本       1000']],
  [9, ['NAME', 'a long n…', '日本']],
  [1, ['NAME', 'a l…', '日本']],
]
for (const [width, lines] of WIDTHS) {
  test(`a table in ${width} cells`, () => {
    assert.deepEqual(
      renderTextTable(COLUMNS, ROWS, width, title => title),
      lines,
    )
  })
}

test('texts are measured and cut in cells of a terminal', () => {
  assert.deepEqual(['abc', 'ü', 'é', '日本', '👍🏽'].map(widthOf), [3, 1, 1, 4, 2])
  assert.deepEqual([cutTo('abcdef', 4), cutTo('日本語', 4), cutTo('日本', 4)], ['abc…', '日…', '日本'])
})

test('control characters become visible', () => {
  assert.equal(
    visibleText('a\0\t\x1b\x7f\u0085\u2028\u200f\u{e0001}é'),
    'a\\x00\\x09\\x1b\\x7f\\x85\\u2028\\u200f\\ue0001é',
  )
})

const WRAPPED: readonly (readonly [width: number, lines: readonly string[]])[] = [
  [Number.POSITIVE_INFINITY, ['payments is stuck on orders/17']],
  [30, ['payments is stuck on orders/17']],
  [29, ['payments is stuck on', '  orders/17']],
  [13, ['payments is', '  stuck on', '  orders/17']],
  [4, ['payments', '  is', '  stuck', '  on', '  orders/17']],
]
for (const [width, lines] of WRAPPED) {
  test(`a sentence in ${width} cells`, () => {
    assert.deepEqual(wrapTo('payments is stuck on orders/17', width), lines)
  })
}
