import type { SyntaxNode, Tree } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'

/** An expression with one thing changed. */
export interface Mutant {
  readonly change: string
  readonly expression: string
}

interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}

const COMPARISONS: Readonly<Record<string, readonly string[]>> = {
  '>': ['>=', '<', '=='],
  '<': ['<=', '>', '=='],
  '==': ['!=', '>', '<'],
  '>=': ['>', '<'],
  '<=': ['<', '>'],
  '!=': ['=='],
}
const SWAPPED: Readonly<Record<string, string>> = {
  max: 'min',
  min: 'max',
  sum: 'max',
  count: 'max',
  min_over_time: 'max_over_time',
  max_over_time: 'min_over_time',
  avg_over_time: 'max_over_time',
  sum_over_time: 'max_over_time',
  resets: 'changes',
  and: 'unless',
  unless: 'and',
  or: 'and',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
}

/** Every expression that differs from this one in a comparison, a number, a window, a join or an aggregation. */
export function mutantsOf(expression: string): readonly Mutant[] {
  const tree = parser.parse(expression)
  const edits: Edit[] = []
  tree.iterate({ enter: ({ node }) => void edits.push(...editsAt(node, expression)) })
  const mutants = edits.map(({ from, to, text }) => ({
    change: `${expression.slice(from, to).replaceAll(/\s+/g, ' ').trim()} → ${text === '' ? 'nothing' : text}`,
    expression: expression.slice(0, from) + text + expression.slice(to),
  }))
  return numbered(mutants.filter(m => isSound(parser.parse(m.expression)) && m.expression !== expression))
}

/** Tells the second `> → >=` of an expression from the first. */
function numbered(mutants: readonly Mutant[]): readonly Mutant[] {
  const seen = new Map<string, number>()
  return mutants.map(({ change, expression }) => {
    const count = (seen.get(change) ?? 0) + 1
    seen.set(change, count)
    return { change: count === 1 ? change : `${change} (${count})`, expression }
  })
}

function isSound(tree: Tree): boolean {
  let sound = true
  tree.iterate({
    enter: ({ type }) => {
      if (type.isError) sound = false
    },
  })
  return sound
}

function editsAt(node: SyntaxNode, expression: string): readonly Edit[] {
  const text = expression.slice(node.from, node.to)
  const to = (...texts: readonly string[]) => texts.map(t => ({ from: node.from, to: node.to, text: t }))
  switch (node.name) {
    case 'Gtr':
    case 'Lss':
    case 'EqlC':
    case 'Eql':
    case 'Gte':
    case 'Lte':
    case 'Neq':
      return to(...(COMPARISONS[text] ?? []))
    case 'And':
    case 'Or':
    case 'Unless': {
      const whole = node.parent as SyntaxNode
      return [
        ...to(SWAPPED[text] as string),
        // One side alone.
        { from: node.from, to: whole.to, text: '' },
        { from: whole.from, to: (whole.lastChild as SyntaxNode).from, text: '' },
      ]
    }
    case 'Add':
    case 'Sub':
    case 'Mul':
    case 'Div':
      return to(SWAPPED[text] as string)
    case 'NumberDurationLiteral':
      return to(...numbers(text))
    case 'NumberDurationLiteralInDurationContext':
      return to(...durations(text))
    case 'MatchingModifierClause':
      return to('')
    case 'AggregateOp':
    case 'FunctionIdentifier':
      return SWAPPED[text] === undefined ? [] : to(SWAPPED[text])
    case 'AggregateModifier':
      // Replicas are no longer taken as one.
      return text.includes('instance, pod')
        ? to(text.replace(/(, )?instance, pod/, '').replace('(, ', '('))
        : []
    default:
      return []
  }
}

function numbers(text: string): readonly string[] {
  const value = Number(text)
  return value === 0 ? ['1'] : [String(value * 2), String(value / 2)]
}

const UNITS = { s: 1, m: 60, h: 3600, d: 86_400 } as const

function durations(text: string): readonly string[] {
  const seconds = Number.parseInt(text, 10) * UNITS[text.slice(-1) as keyof typeof UNITS]
  return [`${seconds * 3}s`, `${Math.ceil(seconds / 3)}s`]
}
