import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { RenderedGroup } from '../../../src/rules/render-rules.ts'
import { ownDirectory, removeOwnDirectory } from '../../harness/owned-process.ts'

/** What `promtool test rules` says of tests against rule groups; null when all pass. */
export async function runPromtool(
  groups: readonly RenderedGroup[],
  tests: readonly object[],
): Promise<string | null> {
  const home = ownDirectory('promtool')
  const write = (name: string, content: object) =>
    writeFileSync(join(home, name), stringify(content, { lineWidth: 0 }))
  write('rules.yml', { groups })
  write('tests.yml', { rule_files: ['rules.yml'], evaluation_interval: '30s', tests })
  try {
    return await promtoolTest(join(home, 'tests.yml'))
  } finally {
    await removeOwnDirectory(home)
  }
}

/** The same of a file of tests, which names its rules by itself. */
export function promtoolTest(file: string): Promise<string | null> {
  return new Promise((resolve, reject) => {
    execFile(
      'promtool',
      ['test', 'rules', file],
      // With little to keep, it would collect garbage all the time.
      { maxBuffer: 1 << 26, timeout: 900_000, env: { GOGC: '400', ...process.env } },
      (error, stdout, stderr) => {
        if (!error) return resolve(null)
        if (typeof error.code !== 'number') return reject(error)
        resolve(`${stdout}${stderr}`)
      },
    )
  })
}
