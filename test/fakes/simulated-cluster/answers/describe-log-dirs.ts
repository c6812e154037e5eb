import type { Ask } from '../ask.ts'
import { schemaOf } from '../schemas.ts'

interface WantedTopic {
  readonly topic: string
  readonly partitions: readonly number[]
}

/** DescribeLogDirs v1 to v4: the replicas on this broker, all of them in its first directory. */
export function answerDescribeLogDirs(ask: Ask): Buffer {
  const api = schemaOf('DescribeLogDirs')
  const wanted = api.request.decode(ask.version, ask.body).topics as WantedTopic[] | null
  const errorCode = ask.faults.answerError()
  const topics = errorCode === 0 ? replicasHere(ask, wanted) : []
  const results = ask.cluster.node(ask.node).logDirs.map((logDir, index) => ({
    errorCode: 0,
    logDir,
    topics: index === 0 ? topics : [],
    ...(ask.version >= 4 ? { totalBytes: 1_000_000_000_000, usableBytes: 600_000_000_000 } : {}),
  }))
  const body = { throttleTimeMs: ask.throttleMs, results: errorCode === 0 ? results : [] }
  return api.response.encode(ask.version, ask.version >= 3 ? { ...body, errorCode } : body)
}

function replicasHere(ask: Ask, wanted: readonly WantedTopic[] | null) {
  const names = wanted?.map(entry => entry.topic) ?? [...ask.cluster.topics.keys()]
  return names.flatMap(name => {
    const asked = wanted?.find(entry => entry.topic === name)?.partitions
    const partitions = (ask.cluster.topics.get(name)?.partitions ?? []).flatMap(
      (partition, partitionIndex) => {
        if (!partition.replicas.includes(ask.node) || (asked && !asked.includes(partitionIndex))) return []
        return [{ partitionIndex, partitionSize: partition.sizeBytes, offsetLag: 0, isFutureKey: false }]
      },
    )
    return partitions.length === 0 ? [] : [{ name, partitions }]
  })
}
