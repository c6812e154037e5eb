/** Writes alerts/tests/*.test.yml: `node --import tsx scripts/docs-alert-tests.ts`. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { stringify } from 'yaml'
import { CASES, EVALUATED } from '../test/alerts/cases/all.ts'
import type { AlertCase } from '../test/alerts/promtool/alert-case.ts'
import { renderTest } from '../test/alerts/promtool/render-test.ts'

const ROOT = new URL('../', import.meta.url)

/** The tests of the shipped rules by the path of their file, as `promtool test rules` takes them. */
export function alertTestFiles(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(CASES).map(([theme, cases]) => [
      `alerts/tests/${theme}.test.yml`,
      testFile(
        cases.filter(one => one.choices === undefined),
        EVALUATED[theme] ?? '30s',
      ),
    ]),
  )
}

function testFile(cases: readonly AlertCase[], interval: string): string {
  const sets = new Set(cases.map(({ set = 'kafka-health-exporter' }) => set))
  const file = {
    rule_files: [...sets].map(set => `../${set}.rules.yml`),
    evaluation_interval: interval,
    tests: cases.map(one => renderTest(one, 'plain')),
  }
  const head = '# Made by `npm run docs` from test/alerts/cases. Edits here are lost.\n'
  return head + stringify(file, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  mkdirSync(new URL('alerts/tests/', ROOT), { recursive: true })
  for (const [path, text] of alertTestFiles()) writeFileSync(new URL(path, ROOT), text)
}
