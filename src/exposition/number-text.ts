/**
 * Numbers as the text format 0.0.4 wants them, written straight into a page. Integers, which nearly all values are,
 * never become a string: `String(double)` costs ten times as much.
 */

/** No number written here is longer. */
export const NUMBER_BYTES = 26

const MINUS = 0x2d
const DOT = 0x2e
const ZERO = 0x30

/** The two digits of 0 to 99. */
const PAIRS = Uint8Array.from({ length: 200 }, (_, i) =>
  i % 2 === 0 ? ZERO + Math.floor(i / 20) : ZERO + (Math.floor(i / 2) % 10),
)

/** Writes any double; returns the position behind it. Integers up to 2^53 are exact. */
export function writeNumber(out: Uint8Array, at: number, value: number): number {
  if (value >= 0 && value <= Number.MAX_SAFE_INTEGER && Math.floor(value) === value) {
    return writeInteger(out, at, value)
  }
  if (value < 0 && value >= Number.MIN_SAFE_INTEGER && Math.floor(value) === value) {
    out[at] = MINUS
    return writeInteger(out, at + 1, -value)
  }
  return writeAscii(out, at, numberText(value))
}

/** Writes milliseconds as seconds: at most three decimals, none of them a trailing zero. */
export function writeMillisecondsAsSeconds(out: Uint8Array, at: number, milliseconds: number): number {
  let rest = Math.round(milliseconds)
  if (!Number.isSafeInteger(rest)) return writeNumber(out, at, milliseconds / 1000)
  if (rest < 0) {
    out[at++] = MINUS
    rest = -rest
  }
  // `%` of doubles is slow but exact where the quotient no longer is.
  const decimals = rest < 2 ** 31 ? rest - ((rest / 1000) | 0) * 1000 : rest % 1000
  at = writeInteger(out, at, (rest - decimals) / 1000)
  if (decimals === 0) return at
  out[at] = DOT
  const hundredths = (decimals / 10) | 0
  out[at + 1] = PAIRS[2 * hundredths] as number
  if (decimals % 100 === 0) return at + 2
  out[at + 2] = PAIRS[2 * hundredths + 1] as number
  if (decimals % 10 === 0) return at + 3
  out[at + 3] = ZERO + (decimals % 10)
  return at + 4
}

/** Writes an integer from 0 to 2^53 - 1. */
export function writeInteger(out: Uint8Array, at: number, value: number): number {
  if (value < 2 ** 31) return writeInt31(out, at, value | 0)
  const high = Math.floor(value / 1e9)
  let low = (value - high * 1e9) | 0
  const start = writeInt31(out, at, high)
  for (let p = start + 8; p >= start; p--) {
    const quotient = (low / 10) | 0
    out[p] = ZERO + (low - quotient * 10)
    low = quotient
  }
  return start + 9
}

function writeInt31(out: Uint8Array, at: number, value: number): number {
  if (value < 10) {
    out[at] = ZERO + value
    return at + 1
  }
  const end = at + digits(value)
  let p = end
  while (value >= 100) {
    const quotient = (value / 100) | 0
    const pair = 2 * (value - quotient * 100)
    out[--p] = PAIRS[pair + 1] as number
    out[--p] = PAIRS[pair] as number
    value = quotient
  }
  if (value >= 10) {
    out[--p] = PAIRS[2 * value + 1] as number
    out[--p] = PAIRS[2 * value] as number
  } else {
    out[--p] = ZERO + value
  }
  return end
}

function digits(value: number): number {
  if (value < 1e5) return value < 1e3 ? (value < 100 ? 2 : 3) : value < 1e4 ? 4 : 5
  return value < 1e7 ? (value < 1e6 ? 6 : 7) : value < 1e8 ? 8 : value < 1e9 ? 9 : 10
}

/** The number as a string, spelled as Go's ParseFloat reads it. */
export function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value)
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
}

function writeAscii(out: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) out[at + i] = text.charCodeAt(i)
  return at + text.length
}
