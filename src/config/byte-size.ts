const BYTE_SIZE = /^(\d{1,15})(B|KiB|MiB|GiB)?$/

const KIB = 1024
const UNITS = [
  ['GiB', KIB ** 3],
  ['MiB', KIB ** 2],
  ['KiB', KIB],
] as const

/** Bytes of a size such as `4MiB`, `512KiB` or `65536`; null where it is none. Powers of 1024 only: MB is ambiguous. */
export function parseByteSize(text: string): number | null {
  const match = BYTE_SIZE.exec(text)
  if (match === null) return null
  const unit = UNITS.find(([name]) => name === match[2])?.[1] ?? 1
  return Number(match[1]) * unit
}

/** The same in the largest unit of which it is a whole number. */
export function formatByteSize(bytes: number): string {
  const unit = UNITS.find(([, size]) => bytes > 0 && bytes % size === 0)
  return unit === undefined ? String(bytes) : `${bytes / unit[1]}${unit[0]}`
}
