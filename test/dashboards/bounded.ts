import type { SyntaxNode } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'
import { keptLabels, type LabelsOf } from '../rules/kept-labels.ts'

/** Of what there may be thousands. */
const MANY = ['consumergroup', 'topic', 'partition']

/** Whether an expression has few results however many groups, topics and partitions there are. */
export function isBounded(expression: string, labelsOf: LabelsOf): boolean {
  const text = (node: SyntaxNode) => expression.slice(node.from, node.to)
  const isFew = (node: SyntaxNode): boolean => {
    const kept = keptLabels(text(node), labelsOf)
    if (!kept || !MANY.some(label => kept.has(label))) return true
    const children: SyntaxNode[] = []
    for (let child = node.firstChild; child; child = child.nextSibling) children.push(child)
    if (node.name === 'AggregateExpr' && /^(topk|bottomk)\b/.test(text(node))) return true
    if (node.name !== 'BinaryExpr') {
      const vectors = children.filter(child => keptLabels(text(child), labelsOf))
      return vectors.length > 0 && vectors.every(isFew)
    }
    const [left, right] = [children[0] as SyntaxNode, children.at(-1) as SyntaxNode]
    if (node.getChild('Or')) return isFew(left) && isFew(right)
    // Of two sides that are joined there are as many as of the fewer.
    const isVector = (side: SyntaxNode) => keptLabels(text(side), labelsOf) !== null
    return [left, right].some(side => isVector(side) && isFew(side))
  }
  const top = parser.parse(expression).topNode.firstChild
  return top !== null && isFew(top)
}
