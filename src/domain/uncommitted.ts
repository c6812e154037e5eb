/** Offset of a partition without a commit, where kafka_exporter's -1 is asked for. */
export const UNCOMMITTED = -1
