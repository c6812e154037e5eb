import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { ALIASES, CATALOG } from '../../src/catalog/catalog.ts'
import { SCOPES } from '../../src/config/options.ts'

const ROOT = new URL('../../', import.meta.url)
const GUIDES = ['kafka-exporter', 'kminion', 'kafka-lag-exporter', 'burrow'] as const

const textOf = (guide: string) => readFileSync(new URL(`docs/coming-from-${guide}.md`, ROOT), 'utf8')
const codeIn = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)

/** The rows of the table below a heading, as cells. */
function rowsBelow(text: string, heading: string): readonly (readonly string[])[] {
  const section = text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  const lines = section.split('\n').filter(line => line.startsWith('| '))
  return lines.slice(1).map(line =>
    line
      .slice(2, -2)
      .split(' | ')
      .map(cell => cell.trim()),
  )
}

/** Every name of a family or of a label that is written in code. */
function metricsIn(code: readonly string[]): readonly string[] {
  return code.flatMap(piece => piece.match(/(?<![\w-])kafka_(?:[a-z]+_)*[a-z]+/g) ?? [])
}

const NATIVE = new Set(CATALOG.map(family => family.name))
const NO_METRIC = new Set(['kafka_cluster', 'kafka_exporter', 'kafka_health_exporter'])
const PATHS = new Set(SCOPES.flatMap(({ options }) => options.flatMap(option => option.path ?? [])))

for (const guide of GUIDES) {
  describe(`docs/coming-from-${guide}.md`, () => {
    const text = textOf(guide)
    const names = rowsBelow(text, 'Names')

    it('names what is in the catalogue', () => {
      assert.ok(names.length >= 5, `${names.length} rows`)
      const named = names.flatMap(([theirs = '', here = '']) =>
        metricsIn(codeIn(here === 'the same' ? theirs : here)),
      )
      assert.ok(named.length >= 5, `${named.length} names`)
      assert.deepEqual(
        named.filter(name => !NATIVE.has(name) && !NO_METRIC.has(name)),
        [],
      )
    })

    it('names no metric elsewhere that is neither ours nor in its table', () => {
      const theirs = new Set(names.flatMap(([cell = '']) => codeIn(cell)))
      const OF_BROKERS = ['kafka_cluster_partition_atminisr', 'kafka_cluster_partition_underminisr']
      assert.deepEqual(
        metricsIn(codeIn(text.replace(/```.*?```/gs, ''))).filter(
          name => ![...NATIVE, ...theirs, ...NO_METRIC, ...OF_BROKERS].includes(name),
        ),
        [],
      )
    })

    it('names settings that there are', () => {
      const own = rowsBelow(text, 'Settings').flatMap(([, here = '']) => codeIn(here))
      const unknown = own
        .filter(code => /^[a-z_]+(\.[a-z_]+)*$/.test(code))
        .filter(code => {
          return ![...PATHS].some(path => path === code || path.startsWith(`${code}.`))
        })
      assert.deepEqual(unknown, guide === 'kminion' ? ['kminion'] : [])
    })
  })
}

for (const [set, families] of Object.entries(ALIASES)) {
  it(`each name of ${set} that is served is a row of its guide, and each row says whether it is`, () => {
    const rows = rowsBelow(textOf(set), 'Names')
    const served = rows
      .filter(([, , says = '']) => says.startsWith('yes'))
      .map(([cell = '']) => codeIn(cell)[0])
    assert.deepEqual([...served].sort(), families.map(family => family.name).sort())
    assert.deepEqual(
      rows.filter(([, , says = '']) => !/^(?:yes|no)\b/.test(says)),
      [],
    )
  })
}
