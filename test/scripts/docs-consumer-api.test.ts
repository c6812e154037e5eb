import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CONSUMER_API, CONSUMER_ENTRY, renderApi } from '../../scripts/docs-consumer-api.ts'
import { declarationsOf } from '../../scripts/public-declarations.ts'

test('docs/consumer-kit-api.md is what the docstrings say (npm run docs writes it)', async () => {
  assert.equal(await readFile(CONSUMER_API, 'utf8'), renderApi(declarationsOf(CONSUMER_ENTRY).declared))
})

test('whatever the kit exports speaks of is exported too, and what does something is explained', () => {
  const { declared, unexported } = declarationsOf(CONSUMER_ENTRY)
  assert.deepEqual(unexported, [])
  const unexplained = declared.filter(
    ({ kind, text }) => (kind === 'function' || kind === 'class') && text === '',
  )
  assert.deepEqual(
    unexplained.map(({ name }) => name),
    [],
  )
})

test('of a module what it exports is told, without what is private', () => {
  const { declared, unexported } = declarationsOf(
    fileURLToPath(new URL('./declared-things.ts', import.meta.url)),
  )
  assert.deepEqual(unexported, ['Hidden (of makeThing)'])
  assert.deepEqual(
    declared.map(({ name, kind, text }) => [name, kind, text]),
    [
      ['SIZES', 'constant', ''],
      ['Size', 'type', ''],
      ['Thing', 'class', 'A thing. Of two sentences.'],
      ['makeThing', 'function', 'Makes a thing.\n\n* `options`: how\n* @throws: TypeError on a bad size'],
    ],
  )
  assert.equal(
    renderApi(declared).split('\n| | |\n| --- | --- |\n')[1],
    `| [\`SIZES\`](#sizes) |  |
| [\`Thing\`](#thing) | A thing |
| [\`makeThing\`](#makething) | Makes a thing |

## Functions

### makeThing

Makes a thing.

* \`options\`: how
* @throws: TypeError on a bad size

\`\`\`ts
function makeThing({ size }: Hidden): Thing
\`\`\`

## Classes

### Thing

A thing. Of two sentences.

\`\`\`ts
class Thing extends Error {
  /** What it is. */
  get value(): number
}
\`\`\`

## Constants

### SIZES

\`\`\`ts
const SIZES: readonly ['small', 'large']
\`\`\`

## Types

### Size

\`\`\`ts
type Size = (typeof SIZES)[number]
\`\`\`
`,
  )
})
