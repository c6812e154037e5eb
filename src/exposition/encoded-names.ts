import type { LabelNames } from '../catalog/label-names.ts'
import type { GroupLayout } from '../model/snapshot.ts'
import type { Steps } from '../model/steps.ts'
import type { Topology } from '../model/topology.ts'
import { escapeLabelValue } from './label-text.ts'

/**
 * A label pair for each of many names, escaped and encoded once: pair `i` is `bytes[start[i]]` to
 * `bytes[start[i + 1] - 1]`. A line is put together from one pair per group and one per topic, so that memory
 * grows with groups plus topics and not with their product; one blob keeps 100,000 names from being 100,000 objects.
 */
export interface EncodedNames {
  readonly bytes: Uint8Array
  readonly start: Uint32Array
}

/**
 * Encoded names by the table they come from and by what the labels are called. A poll that found nothing changed passes
 * on the same topology and layout, so they are encoded once for all families and generations; with the table goes the
 * entry.
 */
const ofTable = new WeakMap<Topology | GroupLayout, Map<LabelNames, EncodedNames>>()

/** Behind every topic's pair, as the lines of its partitions go on. */
export function partitionLabel(labels: LabelNames): string {
  return `,${labels.partition}="`
}

/** `topic="…",partition="`, by position in `topology.topics`. */
export function encodedTopics(topology: Topology, labels: LabelNames): Steps<EncodedNames> {
  const end = partitionLabel(labels)
  return encoded(topology, topology.topics, labels, name => `${labels.topic}="${name}"${end}`)
}

/** `consumergroup="…",`, by position in `layout.groups`. */
export function encodedGroups(layout: GroupLayout, labels: LabelNames): Steps<EncodedNames> {
  return encoded(layout, layout.groups, labels, name => `${labels.group}="${name}",`)
}

const NAMES_PER_STEP = 512

function* encoded(
  table: Topology | GroupLayout,
  names: readonly string[],
  labels: LabelNames,
  pairOf: (escapedName: string) => string,
): Steps<EncodedNames> {
  const known = ofTable.get(table)?.get(labels)
  if (known !== undefined) return known
  const start = new Uint32Array(names.length + 1)
  const parts: Buffer[] = []
  for (let first = 0; first < names.length; first += NAMES_PER_STEP) {
    const last = Math.min(first + NAMES_PER_STEP, names.length)
    for (let i = first; i < last; i++) {
      const pair = Buffer.from(pairOf(escapeLabelValue(names[i] as string)))
      parts.push(pair)
      start[i + 1] = (start[i] as number) + pair.length
    }
    yield
  }
  const result = { bytes: Buffer.concat(parts), start }
  const byLabels = ofTable.get(table) ?? new Map<LabelNames, EncodedNames>()
  ofTable.set(table, byLabels.set(labels, result))
  return result
}
