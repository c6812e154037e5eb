import { type AlertCase, series } from '../promtool/alert-case.ts'
import { stages, steady } from '../promtool/timeline.ts'

const ordersDb = { dependency: 'orders-db', kind: 'postgres' }

/** One check every 15 s, of which so many in a hundred take between 0.25 and 0.5 s, and the others below 0.1 s. */
const pings = (slowPercent: number) =>
  (
    [
      ['0.1', 100 - slowPercent],
      ['0.25', 100 - slowPercent],
      ['0.5', 100],
      ['+Inf', 100],
    ] as const
  ).map(([le, percent]) =>
    series(
      'kafka_health_dependency_ping_duration_seconds_bucket',
      { ...ordersDb, le },
      t => (t / 15) * (percent / 100),
    ),
  )

export const DEPENDENCIES: readonly AlertCase[] = [
  {
    name: 'KafkaDependencyDown: after 2 minutes',
    until: '40m',
    series: [
      series(
        'kafka_health_dependency_up',
        ordersDb,
        stages(steady(1), ['10m', steady(0)], ['25m', steady(1)]),
      ),
      series('kafka_health_dependency_up', { dependency: 'cache', kind: 'postgres' }, steady(1)),
    ],
    fires: [
      {
        alert: 'KafkaDependencyDown',
        labels: ordersDb,
        notAt: '11m30s',
        at: '12m',
        stillAt: '29m',
        overAt: '31m',
        summary: 'orders-db (postgres) is down',
        description:
          'orders-db (postgres) does not answer within its deadline. Consumers that need it stand still, or park records.',
      },
    ],
  },
  {
    name: 'KafkaDependencyDown: a restart of one minute',
    until: '20m',
    series: [
      series(
        'kafka_health_dependency_up',
        ordersDb,
        stages(steady(1), ['10m', steady(0)], ['11m', steady(1)]),
      ),
    ],
    fires: [],
    silent: ['KafkaDependencyDown'],
  },
  {
    name: 'KafkaDependencySlow: checks that fail, while it is down',
    until: '40m',
    series: [...pings(100), series('kafka_health_dependency_up', ordersDb, steady(0))],
    fires: [{ alert: 'KafkaDependencyDown', labels: ordersDb, at: '2m' }],
    silent: ['KafkaDependencySlow'],
  },
  {
    name: 'KafkaDependencySlow: a tenth of the checks is slow',
    until: '60m',
    series: pings(10).map(one => ({
      ...one,
      // From the half hour on all of them are quick.
      timeline: t => (t <= 1800 ? one.timeline(t) : (one.timeline(1800) as number) + (t - 1800) / 15),
    })),
    slack: '2m',
    fires: [
      {
        alert: 'KafkaDependencySlow',
        labels: ordersDb,
        notAt: '9m30s',
        at: '11m',
        stillAt: '44m',
        overAt: '50m',
        summary: 'orders-db (postgres) is slow',
        description: 'One in twenty checks of orders-db (postgres) takes 375ms or longer.',
      },
    ],
  },
  {
    name: 'KafkaDependencySlow: one in a hundred',
    until: '30m',
    series: pings(1),
    fires: [],
    silent: ['KafkaDependencySlow'],
  },
]
