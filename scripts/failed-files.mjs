/** A reporter for node --test: the files in which something failed, a line each, in the order they failed. */
// biome-ignore lint/style/noDefaultExport: node --test loads reporters by it
export default async function* failedFiles(events) {
  const told = new Set()
  for await (const { type, data } of events) {
    if (type !== 'test:fail' || data.file === undefined || told.has(data.file)) continue
    told.add(data.file)
    yield `${data.file}\n`
  }
}
