import { type LabelNames, NATIVE_LABELS } from '../catalog/label-names.ts'

type Labels = Readonly<Record<string, string>>

/** The constant labels of a cluster, in which its name is called what it is called in a family's vocabulary. */
export function constantLabelsOf(labels: Labels, names: LabelNames): Labels {
  const { [NATIVE_LABELS.cluster]: name, ...own } = labels
  return name === undefined ? own : { [names.cluster]: name, ...own }
}
