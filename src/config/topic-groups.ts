import type { Report, ValueType } from './option.ts'

type TopicGroups = Readonly<Record<string, string>>

const TOPIC = /^[\w.-]{1,249}$/

/** The consumer group of each topic. */
export const topicGroups: ValueType<TopicGroups> = {
  expected: 'a mapping of topic names to group ids',
  metavar: 'TOPIC=GROUP,…',
  secret: false,
  parse(raw, report) {
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
      report(raw, this.expected)
      return undefined
    }
    return fromPairs(Object.entries(raw), report)
  },
  parseTexts(texts, report) {
    const pairs: [string, string][] = []
    let faulty = false
    for (const part of texts.flatMap(text => text.split(','))) {
      const split = part.indexOf('=')
      if (split > 0) pairs.push([part.slice(0, split).trim(), part.slice(split + 1).trim()])
      else if (part.trim() !== '') {
        report(part, 'TOPIC=GROUP')
        faulty = true
      }
    }
    const parsed = fromPairs(pairs, report)
    return faulty || (pairs.length === 0 && parsed !== undefined) ? undefined : parsed
  },
  render: value => value,
}

function fromPairs(pairs: readonly (readonly [string, unknown])[], report: Report): TopicGroups | undefined {
  const parsed = new Map<string, string>()
  for (const [topic, group] of pairs) {
    if (!TOPIC.test(topic)) report(topic, 'a topic name', [topic])
    else if (parsed.has(topic)) report(topic, 'each topic once', [topic])
    else if (typeof group !== 'string') report(group, 'a group id, in quotes', [topic])
    else if (group === '') report(group, 'a group id', [topic])
    else parsed.set(topic, group)
  }
  return parsed.size === pairs.length ? Object.fromEntries(parsed) : undefined
}
