import { abilitiesOf } from '../harness/kafka-abilities.ts'
import { chosenKafkaVersion } from '../harness/kafka-jars.ts'
import { describeClusterReader } from './cluster-reader-contract.ts'
import { startReal } from './real-contract-cluster.ts'

const version = chosenKafkaVersion()
describeClusterReader(`Kafka ${version}`, startReal, abilitiesOf(version))
