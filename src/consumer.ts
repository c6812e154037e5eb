/**
 * Public entry `kafka-health-exporter/consumer`: what a service imports into a KafkaJS consumer. It takes the service's
 * own instances of kafkajs, prom-client and the like, and imports none of them.
 */

export { CONSUMER_CLIENT_FAMILIES } from './catalog/consumer-client.ts'
