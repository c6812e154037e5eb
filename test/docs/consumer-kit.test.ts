import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import * as kit from '../../src/consumer.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const EXAMPLES = ['cve-pipeline', 'exec-probe-worker', 'auto-healing-consumer']
const GUIDE = 'docs/consumer-kit.md'
const textOf = (file: string) => readFileSync(join(ROOT, file), 'utf8')

/** As the anchors of a heading are made of it. */
function anchorsOf(text: string): string[] {
  const headings = text.split('\n').filter(line => /^#+ /.test(line))
  return headings.map(line =>
    line
      .replace(/^#+ /, '')
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )
}

for (const file of [GUIDE, 'examples/README.md', ...EXAMPLES.map(name => `examples/${name}/README.md`)])
  test(`${file}: every link leads somewhere`, () => {
    const links = [...textOf(file).matchAll(/\]\(([^)]+)\)/g)].map(found => found[1]!)
    assert.ok(links.length > 0)
    const lost = links.filter(link => {
      const [path, anchor] = link.split('#') as [string, string?]
      const target = path === '' ? file : join(dirname(file), path)
      if (!existsSync(join(ROOT, target))) return true
      return anchor !== undefined && !anchorsOf(textOf(target)).includes(anchor)
    })
    assert.deepEqual(lost, [])
  })

test('what the guide names of the kit can be imported', () => {
  const imported = /import \{([^}]+)\} from 'kafka-health-exporter\/consumer'/.exec(textOf(GUIDE))![1]!
  const called = [...textOf(GUIDE).matchAll(/(?:new |`)([A-Za-z]+)\((?=\{|health|[a-z]*\))/g)].map(
    found => found[1]!,
  )
  const classes = [...textOf(GUIDE).matchAll(/`([A-Z][a-z]+(?:[A-Z][a-z]+)+)`/g)].map(found => found[1]!)
  const others = ['Kafka', 'KafkaJSNonRetriableError']
  const names = [...imported.split(',').map(name => name.trim()), ...called, ...classes]
  assert.ok(names.includes('ProgressTracker') && names.includes('UnprocessableRecord'))
  assert.deepEqual(
    [...new Set(names)].filter(name => !others.includes(name) && !(name in globalThis) && !(name in kit)),
    [],
  )
})

for (const name of EXAMPLES)
  test(`${name}: its variables are those that its README tells`, () => {
    const program = textOf(`examples/${name}/main.ts`)
    const read = [...program.matchAll(/(?:required\('|whole\('|process\.env\.)([A-Z_]+)/g)].map(
      found => found[1]!,
    )
    const table = textOf(`examples/${name}/README.md`).split('| variable |')[1]!
    const told = [...table.matchAll(/`([A-Z][A-Z_]+)`/g)].map(found => found[1]!)
    assert.deepEqual(told.sort(), [...new Set(read)].sort())
  })
