/**
 * Takes fields out of a record, in place. They are named by their paths as the schema check writes them:
 * `order.lines[].price`, `{}` for the values of a map. A field of the items of a list is taken out of all of them.
 */
export function dropFields(value: unknown, fields: ReadonlySet<string>): void {
  dropWithin(value, '', fields)
}

function dropWithin(value: unknown, path: string, fields: ReadonlySet<string>): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return
  if (!mayHold(path, fields)) return
  if (Array.isArray(value)) {
    const within = `${path}[]`
    // An item that does not fit, as a whole.
    if (fields.has(within)) value.length = 0
    else for (const item of value) dropWithin(item, within, fields)
    return
  }
  const record = value as Record<string, unknown>
  const inMap = `${path}{}`
  for (const name of Object.keys(record)) {
    const inRecord = path === '' ? name : `${path}.${name}`
    if (fields.has(inRecord) || fields.has(inMap)) delete record[name]
    else {
      dropWithin(record[name], inRecord, fields)
      dropWithin(record[name], inMap, fields)
    }
  }
}

function mayHold(path: string, fields: ReadonlySet<string>): boolean {
  for (const field of fields) if (field.startsWith(path)) return true
  return false
}
