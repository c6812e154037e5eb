import { type CST, type Document, LineCounter, Parser, parseDocument, visit } from 'yaml'
import type { Fault } from './fault.ts'

/** An alias may stand for much; this many are enough to share a block of settings between clusters. */
const MOST_ALIASES = 100

/** The library goes down one stack frame a level, and V8 aborts the process where a stack ends within a RegExp. */
const MOST_LEVELS = 100

type Parsed = { readonly value: unknown } | { readonly faults: readonly Fault[] }

/**
 * The document as plain values; null for an empty one. Faults are worded here and not by the library, whose messages
 * may quote the text, and with it a password.
 */
export function parseYaml(file: string, text: string): Parsed {
  const lines = new LineCounter()
  const fault = (offset: number, problem: string): Fault => {
    const { line, col } = lines.linePos(offset)
    return { at: `${file}:${line}:${col}`, problem }
  }
  const tooDeep = offsetOfTooDeep(new Parser(lines.addNewLine).parse(text))
  if (tooDeep !== null) {
    return { faults: [fault(tooDeep, `got more than ${MOST_LEVELS} levels, expected fewer`)] }
  }
  try {
    const document = parseDocument(text, { prettyErrors: false })
    const syntax = [...document.errors, ...document.warnings]
    if (syntax.length > 0) {
      // What follows the first error of syntax is mostly its echo; keys given twice stand for themselves.
      const first = syntax.findIndex(error => error.code !== 'DUPLICATE_KEY')
      const faults = syntax
        .filter((error, i) => error.code === 'DUPLICATE_KEY' || i === first)
        .map(error => fault(error.pos[0], problemOf(error.code, keyAt(text, error.pos[0]))))
      return { faults }
    }
    const aliases = aliasFaults(document, fault)
    return aliases.length > 0
      ? { faults: aliases }
      : { value: document.toJS({ maxAliasCount: MOST_ALIASES }) }
  } catch {
    return {
      faults: [{ at: file, problem: 'got aliases that stand for too much, expected fewer' }],
    }
  }
}

/** Where the first collection begins that has too many around it; the tokens are nested but cost no stack. */
function offsetOfTooDeep(tokens: Iterable<CST.Token>): number | null {
  const open = [...tokens].map(token => ({ token, level: 0 }))
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, level } = next
    if (token.type === 'document') {
      if (token.value) open.push({ token: token.value, level })
    } else if ('items' in token) {
      if (level >= MOST_LEVELS) return token.offset
      for (const item of token.items) {
        for (const inner of [item.key, item.value]) if (inner) open.push({ token: inner, level: level + 1 })
      }
    }
  }
  return null
}

function aliasFaults(
  document: Document,
  fault: (offset: number, problem: string) => Fault,
): readonly Fault[] {
  const faults: Fault[] = []
  const anchors = new Set<string>()
  let aliases = 0
  visit(document, {
    Node(_key, node) {
      if ('anchor' in node && node.anchor !== undefined) anchors.add(node.anchor)
    },
    Alias(_key, node, ancestors) {
      aliases++
      const withinItself = ancestors.some(each => 'anchor' in each && each.anchor === node.source)
      if (!anchors.has(node.source)) {
        faults.push(
          fault(
            node.range?.[0] ?? 0,
            'got an alias of nothing, expected a text that begins with "*" in quotes',
          ),
        )
      } else if (withinItself) {
        faults.push(fault(node.range?.[0] ?? 0, 'got an alias of what it is part of, expected none'))
      } else if (aliases > MOST_ALIASES) {
        faults.push(fault(node.range?.[0] ?? 0, `got more than ${MOST_ALIASES} aliases, expected fewer`))
        return visit.BREAK
      }
      return undefined
    },
  })
  return faults
}

function keyAt(text: string, offset: number): string {
  return /^[\w.-]{1,60}/.exec(text.slice(offset, offset + 60))?.[0] ?? 'a key'
}

function problemOf(code: string, key: string): string {
  switch (code) {
    case 'DUPLICATE_KEY':
      return `got ${key} twice in one mapping, expected each key once`
    case 'TAB_AS_INDENT':
      return 'got a tab, expected spaces as indentation'
    case 'BAD_INDENT':
      return 'got an indentation that fits nothing above it, or a bracket that is not closed, expected valid YAML'
    case 'MISSING_CHAR':
      return 'got a key without ":", a quote or bracket that is not closed, or a wrong indentation, expected valid YAML'
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'got a mapping within one line, expected a text with ": " in quotes, or a line break before the mapping'
    case 'BAD_SCALAR_START':
      return 'got a text that begins with a character reserved in YAML, expected it in quotes'
    case 'TAG_RESOLVE_FAILED':
      return 'got an unknown tag, expected no tags (a text that begins with "!" has to be in quotes)'
    case 'MULTIPLE_DOCS':
      return 'got a second document, expected one'
    case 'BAD_DQ_ESCAPE':
      return 'got an unknown escape in double quotes, expected \\\\ for a backslash, or single quotes'
    default:
      return 'got something out of place, expected valid YAML'
  }
}
