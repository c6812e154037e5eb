import type { Condition } from '../api/condition.ts'
import { humanCount, humanList, humanPlural } from '../human.ts'
import type { EstateHealth } from './estate-health.ts'
import { type Html, html } from './html.ts'

/** The whole page in one sentence, the rest of what is wrong in another, and the figures. */
export function renderHeadline(health: EstateHealth): Html {
  const { text, rest, tone } = verdictOf(health)
  return html`<h1 class="${tone}">${text}</h1>
${rest.length > 0 && html`<p class="lead">Also: ${humanList(rest)}</p>`}
${renderTiles(health)}`
}

type Tone = 'bad' | 'warning' | ''

interface Verdict {
  readonly text: string
  /** What did not fit into the sentence. */
  readonly rest: readonly string[]
  readonly tone: Tone
}

/** The sentence, for the title of the page too. */
export function verdictOf(health: EstateHealth): Verdict {
  const wrong = whatIsWrong(health)
  if (wrong.length > 0) {
    return {
      text: capital(humanList(wrong.slice(0, 2))),
      rest: wrong.slice(2),
      tone: isBad(health) ? 'bad' : 'warning',
    }
  }
  const plain = (text: string): Verdict => ({ text, rest: [], tone: '' })
  if (health.clustersWaiting > 0) return plain('Waiting for the first poll')
  if (health.groups === 0) return plain('No consumer groups')
  const unknown = unknownOf(health)
  if (unknown === health.groups) return plain('The lag of no group is known')
  if (unknown + health.groupsWithoutClock === health.groups) {
    return plain('The progress of no group is known')
  }
  const every = everyGroup(health)
  return plain(`${every} ${health.groupsBehind === 0 ? 'has caught up' : 'is advancing or has caught up'}`)
}

/** Groups that were read, but of whose lag a part is not known. */
function unknownOf({ conditions }: EstateHealth): number {
  return conditions.unknown + conditions['lag not reported']
}

function everyGroup(health: EstateHealth): string {
  if (health.groupsWithoutClock > 0) return 'Every group whose progress is known'
  return unknownOf(health) === 0 ? 'Every group' : 'Every group whose lag is known'
}

/** The worst first. */
function whatIsWrong(health: EstateHealth): readonly string[] {
  const wrong: string[] = []
  for (const name of health.clustersUnreachable) wrong.push(`${name} cannot be reached`)
  for (const name of health.clustersStale) wrong.push(`nothing has been read of ${name} for too long`)
  wrong.push(...groupsThat(health, SICK))
  if (health.brokersDown > 0 && health.clustersUnreachable.length === 0) {
    const verb = health.brokersDown === 1 ? 'is' : 'are'
    wrong.push(`${humanCount(health.brokersDown)} of ${humanPlural(health.brokers, 'broker')} ${verb} down`)
  }
  if (health.dependenciesDown > 0) {
    wrong.push(`${humanPlural(health.dependenciesDown, 'dependency', 'dependencies')} down`)
  }
  if (health.servicesDown > 0) {
    const verb = health.servicesDown === 1 ? 'does' : 'do'
    wrong.push(
      `${humanCount(health.servicesDown)} of ${humanPlural(health.services, 'service')} ${verb} not serve`,
    )
  }
  if (health.groupsMissing > 0) wrong.push(`${humanPlural(health.groupsMissing, 'expected group')} missing`)
  if (health.topicProblems > 0) wrong.push(`${humanPlural(health.topicProblems, 'topic')} in trouble`)
  wrong.push(...groupsThat(health, UNSURE))
  if (health.servicesUnknown > 0) {
    wrong.push(`the health of ${humanPlural(health.servicesUnknown, 'service')} is not known`)
  }
  return wrong
}

type Verbs = readonly [condition: Condition, one: string, many: string]

const SICK: readonly Verbs[] = [
  ['stalled', 'is stuck', 'are stuck'],
  ['hung transaction', 'waits for a transaction that does not end', 'wait for transactions that do not end'],
  ['no consumer', 'has no consumer', 'have no consumer'],
  ['never committed', 'has never committed', 'have never committed'],
  ['abandoned', 'has abandoned partitions', 'have abandoned partitions'],
  ['beyond end', 'has committed beyond the end of a log', 'have committed beyond the end of a log'],
  ['loss near', 'may lose messages to retention within a day', 'may lose messages to retention within a day'],
  ['late', 'misses its objective', 'miss their objectives'],
]

const UNSURE: readonly Verbs[] = [
  ['no members', 'is behind and has no members', 'are behind and have no members'],
  ['behind', 'is behind and has not been seen to move yet', 'are behind and have not been seen to move yet'],
  ['unreadable', 'is not readable', 'are not readable'],
]

function groupsThat({ conditions }: EstateHealth, verbs: readonly Verbs[]): readonly string[] {
  return verbs
    .filter(([condition]) => conditions[condition] > 0)
    .map(([condition, one, many]) => {
      const count = conditions[condition]
      return `${humanPlural(count, 'group')} ${count === 1 ? one : many}`
    })
}

function isBad(health: EstateHealth): boolean {
  const { groupsBad, brokersDown, dependenciesDown, servicesDown } = health
  const { clustersUnreachable, clustersStale } = health
  const down = brokersDown + dependenciesDown + servicesDown
  return groupsBad + down + clustersUnreachable.length + clustersStale.length > 0
}

function renderTiles(health: EstateHealth): Html {
  const brokersUp = health.brokers - health.brokersDown
  const dependenciesUp = health.dependencies - health.dependenciesDown
  const servicesChecked = health.servicesServing + health.servicesDown + health.servicesUnknown
  const lagsKnown = health.groups > unknownOf(health) + health.conditions.unreadable
  const partial = health.clustersWaiting + health.clustersUnreachable.length + health.clustersStale.length > 0
  const of = (total: number, isKnown = true): Total => ({ total, partial, isKnown })
  const groups = of(health.groups, health.groups === 0 || lagsKnown)
  return html`<ul class="tiles">
${tile('groups', 'Groups in a bad state', health.groupsBad, groups, 'bad')}
${tile('groups', 'Groups behind', health.groupsBehind, groups, '')}
${tile('brokers', 'Brokers up', brokersUp, of(health.brokers), 'bad', health.brokersDown > 0)}
${tile('topics', 'Topics in trouble', health.topicProblems, of(health.topics), 'warning')}
${health.dependencies > 0 && tile('dependencies', 'Dependencies up', dependenciesUp, { total: health.dependencies, partial: false, isKnown: true }, 'bad', health.dependenciesDown > 0)}
${health.services > 0 && tile('services', 'Services serving', health.servicesServing, { total: health.services, partial: false, isKnown: servicesChecked > 0 }, 'bad', health.servicesDown > 0)}
</ul>`
}

interface Total {
  readonly total: number
  /** Some cluster is not in it. */
  readonly partial: boolean
  /** Whether what is counted is known of any. */
  readonly isKnown: boolean
}

/** A count of nothing that was read is not 0. */
function tile(
  section: string,
  name: string,
  count: number,
  { total, partial, isKnown }: Total,
  tone: Tone,
  marked = count > 0,
): Html {
  const nothing = partial && total === 0
  const of = nothing ? 'not known' : `of ${humanCount(total)}${partial ? ' known' : ''}`
  const figure = humanCount(nothing || !isKnown ? null : count)
  return html`<li class="${marked ? tone : ''}"><span class="value">${figure} <small>${of}</small></span><a class="name" href="#${section}-title">${name}</a></li>`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
