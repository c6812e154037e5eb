import type { SyntaxNode } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'

/** Labels of the series of a name. */
export type LabelsOf = (name: string) => readonly string[]

/**
 * The labels that the result of an expression has; null of a number. Throws where two sides are joined that have not
 * the same labels to be joined by, and so never meet.
 */
export function keptLabels(expression: string, labelsOf: LabelsOf): ReadonlySet<string> | null {
  const text = (node: SyntaxNode | null) => (node === null ? '' : expression.slice(node.from, node.to))
  const namesIn = (node: SyntaxNode | null) => (node?.getChildren('LabelName') ?? []).map(name => text(name))

  const kept = (node: SyntaxNode): ReadonlySet<string> | null => {
    switch (node.name) {
      case 'VectorSelector':
        return new Set(labelsOf(text(node.getChild('Identifier'))))
      case 'AggregateExpr':
        return aggregated(node)
      case 'BinaryExpr':
        return joined(node)
      case 'FunctionCall':
        return called(node)
      case 'PromQL':
      case 'ParenExpr':
      case 'OffsetExpr':
      case 'MatrixSelector':
      case 'SubqueryExpr':
      case 'StepInvariantExpr':
      case 'FunctionCallBody':
        return firstVector(node)
      default:
        return null
    }
  }

  const firstVector = (node: SyntaxNode) => {
    for (let child = node.firstChild; child; child = child.nextSibling) {
      const labels = kept(child)
      if (labels !== null) return labels
    }
    return null
  }

  const aggregated = (node: SyntaxNode) => {
    const modifier = node.getChild('AggregateModifier')
    const names = new Set(namesIn(modifier?.getChild('GroupingLabels') ?? null))
    const inner = firstVector(node.getChild('FunctionCallBody') as SyntaxNode) ?? new Set<string>()
    if (/^(topk|bottomk)$/.test(text(node.getChild('AggregateOp')))) return inner
    const isWithout = modifier?.getChild('Without') != null
    return new Set([...inner].filter(label => names.has(label) !== isWithout))
  }

  const called = (node: SyntaxNode) => {
    const name = text(node.getChild('FunctionIdentifier'))
    const body = node.getChild('FunctionCallBody') as SyntaxNode
    if (name === 'absent') return new Set<string>()
    const inner = firstVector(body)
    if (name !== 'histogram_quantile' || inner === null) return inner
    return new Set([...inner].filter(label => label !== 'le'))
  }

  const joined = (node: SyntaxNode) => {
    const left = kept(node.firstChild as SyntaxNode)
    const right = kept(node.lastChild as SyntaxNode)
    if (left === null || right === null) return left ?? right
    const clause = node.getChild('MatchingModifierClause')
    const by = namesIn(clause?.getChild('GroupingLabels') ?? null)
    const isOn = clause?.getChild('On') != null
    const isMatched = (label: string) => by.includes(label) === isOn
    const keys = (labels: ReadonlySet<string>) => [...labels].filter(isMatched).sort().join(', ')
    if (keys(left) !== keys(right)) {
      throw new Error(`${keys(left)} never meets ${keys(right)} in: ${text(node)}`)
    }
    if (clause?.getChild('GroupRight')) return right
    const isSet = ['And', 'Unless', 'Or'].some(name => node.getChild(name))
    if (isSet || clause?.getChild('GroupLeft')) return left
    return new Set([...left].filter(isMatched))
  }

  return kept(parser.parse(expression).topNode)
}
