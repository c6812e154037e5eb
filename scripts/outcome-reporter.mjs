import { relative } from 'node:path'

const COUNT = /^(tests|pass|fail|cancelled|skipped|todo) (\d+)$/

/** A reporter for node --test: one line of JSON, the files in which something failed and how many tests there were. */
// biome-ignore lint/style/noDefaultExport: node --test loads reporters by it
export default async function* outcome(events) {
  const failed = new Set()
  const counts = {}
  for await (const { type, data } of events) {
    if (type === 'test:fail' && data.file !== undefined) failed.add(relative('.', data.file))
    const count = type === 'test:diagnostic' && data.nesting === 0 ? COUNT.exec(data.message) : null
    if (count !== null) counts[count[1]] = Number(count[2])
  }
  yield JSON.stringify({ failed: [...failed], counts })
}
