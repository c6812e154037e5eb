// All gates in a process of their own, so that passing frames on holds up neither the scraper nor what it measures.

import type { GateAnswer, GateCommand } from './gates.ts'
import { type KafkaGate, openGate } from './kafka-gate.ts'

const [hosts = '', ports = ''] = process.argv.slice(2)
const gates: KafkaGate[] = []
for (const host of hosts.split(',')) gates.push(await openGate(host, ports.split(',').map(Number)))

process.on('message', (command: GateCommand) => {
  if (command.delayMs !== undefined) for (const gate of gates) gate.delay(command.delayMs)
  const answer: GateAnswer = { id: command.id, counts: gates.map(gate => gate.counts()) }
  process.send?.(answer)
})
process.on('disconnect', () => process.exit(0))
process.send?.('ready')
