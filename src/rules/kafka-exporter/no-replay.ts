/** Nobody joins the groups that keep the positions of `dlq replay`: they lag until the next one. */
export const NO_REPLAY = 'consumergroup!~"kafka-health-exporter[.]replay:.*"'
