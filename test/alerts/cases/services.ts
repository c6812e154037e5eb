import { type AlertCase, type Labels, type Series, series } from '../promtool/alert-case.ts'
import { stages, steady, type Timeline } from '../promtool/timeline.ts'

const BFF = { service: 'bff' }
const STATUSES = ['serving', 'not_serving', 'unhealthy', 'offline', 'unknown'] as const
type Status = (typeof STATUSES)[number]

/** The state set of a service that is in one status after the other. */
const service = (statusAt: (seconds: number) => Status | null, labels: Labels = BFF): readonly Series[] =>
  STATUSES.map(status =>
    series('kafka_health_service_status', { ...labels, status }, t => {
      const found = statusAt(t)
      return found === null ? null : Number(found === status)
    }),
  )
const check = (timeline: Timeline, labels: Labels = BFF): Series =>
  series('kafka_health_service_check_duration_seconds', labels, timeline)

const minutes = (count: number) => count * 60
const healthy = service(() => 'serving', { service: 'billing' })
const asItIs = {
  'one scrape in ten missing': 'it is about missing scrapes',
  'a pair of exporters': 'it tells of several exporters itself',
}

export const SERVICES: readonly AlertCase[] = [
  {
    name: 'KafkaServiceNotServing: offline, then failing, then not ready, until it serves',
    until: '40m',
    series: [
      ...service(t => {
        if (t < minutes(10) || t >= minutes(25)) return 'serving'
        return t < minutes(11) ? 'offline' : t < minutes(13) ? 'unhealthy' : 'not_serving'
      }),
      ...healthy,
    ],
    fires: [
      {
        alert: 'KafkaServiceNotServing',
        labels: BFF,
        notAt: '11m30s',
        at: '12m',
        stillAt: '29m',
        overAt: '31m',
        summary: 'bff does not serve',
        description:
          'bff cannot be reached, answers its health check with an error, or says that it does not serve.',
      },
    ],
  },
  {
    name: 'KafkaServiceNotServing: a deploy of one minute',
    until: '20m',
    series: service(t => (t >= minutes(10) && t < minutes(11) ? 'offline' : 'serving')),
    fires: [],
    silent: ['KafkaServiceNotServing', 'KafkaServiceUnstable', 'KafkaServiceUnknown'],
  },
  {
    name: 'KafkaServiceNotServing: one of a pair of exporters cannot reach it',
    until: '20m',
    series: [
      ...service(() => 'serving', { ...BFF, instance: 'a' }),
      ...service(() => 'offline', { ...BFF, instance: 'b' }),
    ],
    fires: [],
    silent: ['KafkaServiceNotServing'],
    without: asItIs,
  },
  {
    name: 'KafkaServiceNotServing: offline, then failing, to one of a pair, while the other cannot tell',
    until: '30m',
    series: [
      ...service(t => (t < minutes(1) ? 'offline' : 'unhealthy'), { ...BFF, instance: 'a' }),
      ...service(() => 'unknown', { ...BFF, instance: 'b' }),
    ],
    fires: [{ alert: 'KafkaServiceNotServing', labels: BFF, notAt: '1m30s', at: '2m', stillAt: '30m' }],
    silent: ['KafkaServiceUnknown'],
    without: asItIs,
  },
  {
    name: 'KafkaServiceNotServing: with scrapes that are missed before it fires, until it is taken out',
    until: '30m',
    series: service(t => ((t >= minutes(1) && t < minutes(3)) || t >= minutes(15) ? null : 'not_serving')),
    fires: [
      {
        alert: 'KafkaServiceNotServing',
        labels: BFF,
        notAt: '1m30s',
        at: '2m',
        stillAt: '22m',
        overAt: '24m',
      },
    ],
    without: asItIs,
  },
  {
    name: 'KafkaServiceUnstable: down for a minute of every four',
    until: '90m',
    series: [
      ...service(t => (t >= minutes(10) && t < minutes(40) && t % 240 < 60 ? 'offline' : 'serving')),
      ...healthy,
    ],
    slack: '5m',
    fires: [
      {
        alert: 'KafkaServiceUnstable',
        labels: BFF,
        notAt: '28m30s',
        at: '29m',
        stillAt: '69m',
        overAt: '74m',
        summary: 'bff comes and goes',
        description: 'bff began or ceased to serve 10 times within 30 minutes.',
      },
    ],
  },
  {
    name: 'KafkaServiceUnstable: three restarts, of three deploys',
    until: '60m',
    series: service(t => (t >= minutes(10) && t < minutes(40) && t % 600 < 60 ? 'offline' : 'serving')),
    fires: [],
    silent: ['KafkaServiceUnstable', 'KafkaServiceNotServing'],
  },
  {
    name: 'KafkaServiceUnstable: seen by one of a pair of exporters',
    until: '60m',
    series: [
      ...service(t => (t >= minutes(10) && t % 240 < 60 ? 'offline' : 'serving'), { ...BFF, instance: 'a' }),
      ...service(() => 'serving', { ...BFF, instance: 'b' }),
    ],
    fires: [{ alert: 'KafkaServiceUnstable', labels: BFF, notAt: '28m30s', at: '29m', stillAt: '60m' }],
    without: asItIs,
  },
  {
    name: 'KafkaServiceUnknown: after ten minutes, until its name is put right',
    until: '40m',
    series: [...service(t => (t < minutes(5) || t >= minutes(25) ? 'serving' : 'unknown')), ...healthy],
    fires: [
      {
        alert: 'KafkaServiceUnknown',
        labels: BFF,
        notAt: '14m30s',
        at: '15m',
        stillAt: '29m',
        overAt: '31m',
        summary: 'Whether bff serves is not known',
        description:
          'No check of bff tells how it is: the name is not known there, there is no health service, we are refused, or the exporter fails to ask, as without certificates that can be read. Nobody would be told that it is down.',
      },
    ],
    silent: ['KafkaServiceNotServing'],
  },
  {
    name: 'KafkaServiceUnknown: of one of a pair, which has an older configuration',
    until: '30m',
    series: [
      ...service(() => 'serving', { ...BFF, instance: 'a' }),
      ...service(() => 'unknown', { ...BFF, instance: 'b' }),
    ],
    fires: [],
    silent: ['KafkaServiceUnknown'],
    without: asItIs,
  },
  {
    name: 'KafkaServiceUnknown: with scrapes that are missed before it fires, until it is taken out',
    until: '30m',
    series: service(t => ((t >= minutes(5) && t < minutes(7)) || t >= minutes(15) ? null : 'unknown')),
    fires: [
      { alert: 'KafkaServiceUnknown', labels: BFF, notAt: '9m30s', at: '10m', stillAt: '22m', overAt: '24m' },
    ],
    without: asItIs,
  },
  {
    name: 'KafkaServiceSlow: a check takes a second and a half',
    until: '60m',
    series: [
      ...service(() => 'serving'),
      check(stages(steady(0.02), ['10m', steady(1.5)], ['30m', steady(0.02)])),
      check(steady(0.4), { service: 'billing' }),
    ],
    slack: '2m',
    fires: [
      {
        alert: 'KafkaServiceSlow',
        labels: BFF,
        notAt: '22m30s',
        at: '24m',
        stillAt: '46m',
        overAt: '48m',
      },
    ],
  },
  {
    name: 'KafkaServiceSlow: from the start',
    until: '20m',
    series: [...service(() => 'serving'), check(steady(1.5))],
    fires: [
      {
        alert: 'KafkaServiceSlow',
        labels: BFF,
        notAt: '9m30s',
        at: '10m',
        summary: 'bff is slow to say how it is',
        description: 'A health check of bff takes 1.5s, on the average of ten minutes.',
      },
    ],
  },
  {
    name: 'KafkaServiceSlow: it hangs, and is told as what does not serve',
    until: '30m',
    series: [...service(() => 'unhealthy'), check(steady(2))],
    fires: [{ alert: 'KafkaServiceNotServing', labels: BFF, at: '2m' }],
    silent: ['KafkaServiceSlow'],
  },
  {
    name: 'KafkaServiceSlow: for one of a pair of exporters, and out of reach of the other',
    until: '20m',
    series: [
      ...service(() => 'serving', { ...BFF, instance: 'a' }),
      ...service(() => 'offline', { ...BFF, instance: 'b' }),
      check(steady(1.5), { ...BFF, instance: 'a' }),
      check(steady(0.01), { ...BFF, instance: 'b' }),
    ],
    fires: [{ alert: 'KafkaServiceSlow', labels: BFF, notAt: '9m30s', at: '10m' }],
    without: asItIs,
  },
]
