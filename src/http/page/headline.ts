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
  if (health.groupsUnknown === health.groups) return plain('The lag of no group is known')
  const every = health.groupsUnknown === 0 ? 'Every group' : 'Every group whose lag is known'
  return plain(`${every} ${health.groupsBehind === 0 ? 'has caught up' : 'is advancing or has caught up'}`)
}

/** The worst first. */
function whatIsWrong(health: EstateHealth): readonly string[] {
  const wrong: string[] = []
  for (const name of health.clustersUnreachable) wrong.push(`${name} cannot be reached`)
  for (const name of health.clustersStale) wrong.push(`nothing has been read of ${name} for too long`)
  if (health.groupsNotAdvancing > 0) {
    const verb = health.groupsNotAdvancing === 1 ? 'is' : 'are'
    wrong.push(`${humanPlural(health.groupsNotAdvancing, 'group')} ${verb} behind and not advancing`)
  }
  if (health.brokersDown > 0 && health.clustersUnreachable.length === 0) {
    const verb = health.brokersDown === 1 ? 'is' : 'are'
    wrong.push(`${humanCount(health.brokersDown)} of ${humanPlural(health.brokers, 'broker')} ${verb} down`)
  }
  if (health.dependenciesDown > 0) {
    wrong.push(`${humanPlural(health.dependenciesDown, 'dependency', 'dependencies')} down`)
  }
  if (health.groupsMissing > 0) wrong.push(`${humanPlural(health.groupsMissing, 'expected group')} missing`)
  if (health.topicProblems > 0) wrong.push(`${humanPlural(health.topicProblems, 'topic')} in trouble`)
  if (health.groupsUnreadable > 0) wrong.push(`${humanPlural(health.groupsUnreadable, 'group')} not readable`)
  return wrong
}

function isBad(health: EstateHealth): boolean {
  const { groupsBad, brokersDown, dependenciesDown, clustersUnreachable, clustersStale } = health
  return groupsBad + brokersDown + dependenciesDown + clustersUnreachable.length + clustersStale.length > 0
}

function renderTiles(health: EstateHealth): Html {
  const brokersUp = health.brokers - health.brokersDown
  const dependenciesUp = health.dependencies - health.dependenciesDown
  return html`<ul class="tiles">
${tile('groups', 'Groups not advancing', health.groupsNotAdvancing, health.groups, health.groupsBad > 0 ? 'bad' : 'warning')}
${tile('groups', 'Groups behind', health.groupsBehind, health.groups, '')}
${tile('brokers', 'Brokers up', brokersUp, health.brokers, 'bad', health.brokersDown > 0)}
${tile('topics', 'Topics in trouble', health.topicProblems, health.topics, 'warning')}
${health.dependencies > 0 && tile('dependencies', 'Dependencies up', dependenciesUp, health.dependencies, 'bad', health.dependenciesDown > 0)}
</ul>`
}

function tile(
  section: string,
  name: string,
  count: number,
  total: number,
  tone: Tone,
  marked = count > 0,
): Html {
  return html`<li class="${marked ? tone : ''}"><span class="value">${humanCount(count)} <small>of ${humanCount(total)}</small></span><a class="name" href="#${section}-title">${name}</a></li>`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
