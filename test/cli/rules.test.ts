import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { parse } from 'yaml'
import { runCommandLine } from '../../src/cli/program.ts'
import type { RenderedGroup } from '../../src/rules/render-rules.ts'
import { ownDirectory } from '../harness/owned-process.ts'
import { INVALID_RULE_FLAGS } from './invalid-rule-flags.ts'

async function rules(...flags: readonly string[]) {
  const out: string[] = []
  const err: string[] = []
  const code = await runCommandLine(['rules', ...flags], {
    env: {},
    stdout: { write: text => out.push(text) },
    stderr: { write: text => err.push(text) },
    readFile: () => assert.fail('no file is read'),
  })
  return { code, out: out.join(''), err: err.join('') }
}

async function written(...flags: readonly string[]) {
  const { code, out, err } = await rules(...flags)
  assert.deepEqual({ code, err }, { code: 0, err: '' })
  const { groups } = parse(out) as { groups: readonly RenderedGroup[] }
  const all = groups.flatMap(group => group.rules)
  const alert = (name: string) => {
    const found = all.find(rule => 'alert' in rule && rule.alert === name)
    assert.ok(found && 'alert' in found, name)
    return found
  }
  return { out, all, alert }
}

describe('rules', () => {
  it('writes the rules of this exporter for Prometheus, and how they were made', async () => {
    const { out, alert } = await written()
    assert.match(out, /^# Made by: kafka-health-exporter rules\. /)
    assert.deepEqual(alert('KafkaBrokerDown'), {
      alert: 'KafkaBrokerDown',
      expr: 'max without (instance, pod) (last_over_time(kafka_broker_up[3m])) == 0',
      for: '5m',
      keep_firing_for: '5m',
      labels: { severity: 'critical' },
      annotations: {
        summary: 'Broker {{ $labels.id }} is down{{ with $labels.kafka_cluster }} in {{ . }}{{ end }}',
        description:
          'Broker {{ $labels.id }} does not answer within its deadline, for longer than a restart takes.',
        runbook_url:
          'https://github.com/kafka-health-exporter/kafka-health-exporter/blob/main/docs/runbooks/KafkaBrokerDown.md',
      },
    })
  })

  it('writes a PrometheusRule with its metadata', async () => {
    const flags = [
      '--name=kafka',
      '--namespace=monitoring',
      '--label=release=prometheus',
      '--label',
      'a.b/c=d',
    ]
    const { code, out } = await rules('--format=prometheusrule', ...flags)
    const { spec, ...rest } = parse(out)
    assert.equal(code, 0)
    assert.deepEqual(rest, {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name: 'kafka', namespace: 'monitoring', labels: { release: 'prometheus', 'a.b/c': 'd' } },
    })
    assert.equal(spec.groups[0].name, 'kafka-consumer-progress')
  })

  it('calls a PrometheusRule by its set, and leaves its namespace to whoever applies it', async () => {
    const of = async (...flags: readonly string[]) =>
      parse((await rules('--format=prometheusrule', ...flags)).out).metadata
    assert.deepEqual(await of(), { name: 'kafka-health-exporter' })
    assert.deepEqual(await of('--set=kafka-exporter'), { name: 'kafka-exporter' })
    assert.deepEqual(await of('--set=kafka-health-exporter', '--set=jmx-exporter'), { name: 'kafka-health' })
  })

  it('matches labels of targets on all metrics, and those of metrics on those that have them', async () => {
    const { alert } = await written(
      '--selector={job="kafka", kafka_cluster=~"prod-.*"}',
      '--selector=kafka_cluster!="prod-x"',
    )
    assert.equal(
      alert('KafkaBrokerDown').expr,
      'max without (instance, pod) (last_over_time(kafka_broker_up{job="kafka",kafka_cluster=~"prod-.*",kafka_cluster!="prod-x"}[3m])) == 0',
    )
    assert.equal(
      alert('KafkaHealthExporterAbsent').expr,
      'absent(kafka_health_exporter_build_info{job="kafka"})',
    )
    assert.match(alert('KafkaHealthExporterTargetDown').expr, /^up\{job="kafka"\} == 0 /)
    assert.match(
      alert('KafkaConsumerLagBudgetBurnFast').expr,
      /lag_over_objective:bool\{job="kafka",kafka_cluster=~"prod-\.\*",kafka_cluster!="prod-x"\}\[60m\]/,
    )
  })

  it('does not look for replicas on what was recorded without them', async () => {
    const { alert, all } = await written(
      '--selector=pod="kafka-0"',
      '--replica-label=pod',
      '--replica-label=node',
    )
    assert.match(alert('KafkaConsumerLagBudgetBurnFast').expr, /lag_over_objective:bool\[60m\]/)
    assert.ok(all.every(({ expr }) => !expr.includes('without (instance')))
    assert.match(alert('KafkaBrokerDown').expr, /^max without \(pod, node\) .*pod="kafka-0"/)
  })

  it('matches the metrics of jmx_exporter by their own selector', async () => {
    const { alert } = await written(
      '--set=jmx-exporter',
      '--selector=job="exporter"',
      '--jmx-selector=job="brokers"',
    )
    const { expr } = alert('KafkaTopicReadByUnknown')
    assert.match(expr, /bytesout_total\{job="brokers"\}/)
    assert.match(expr, /kafka_topic_consumergroups\{job="exporter"\}/)
  })

  it('takes thresholds as numbers and durations, into expressions and words', async () => {
    const { alert } = await written(
      '--threshold=lag-messages=5e5',
      '--threshold=lag-slo=0.99',
      '--threshold=proven-after=36h',
      '--threshold=loss-window=90m',
    )
    assert.match(alert('KafkaConsumerLagHigh').expr, / > 500000 /)
    assert.match(alert('KafkaConsumerLagBudgetBurnFast').expr, / > 0\.144 /)
    assert.match(alert('KafkaConsumerGroupUnproven').expr, / < 129600$/)
    assert.match(alert('KafkaConsumerGroupUnproven').annotations.summary ?? '', /kept up for 36 hours/)
    assert.match(alert('KafkaConsumerOffsetsLost').expr, /\[1h30m\]/)
  })

  it('takes patience for one alert before that for all', async () => {
    const { alert } = await written(
      '--for=*=3m',
      '--for=KafkaBrokerDown=1h30m',
      '--keep-firing-for=KafkaBrokerDown=0',
    )
    assert.equal(alert('KafkaBrokerDown').for, '1h30m')
    assert.equal(alert('KafkaBrokerDown').keep_firing_for, undefined)
    assert.equal(alert('KafkaDependencyDown').for, '3m')
    assert.equal(alert('KafkaDependencyDown').keep_firing_for, '5m')
  })

  it('puts labels on every alert', async () => {
    const { all } = await written('--alert-label=team=payments', '--alert-label=site={{ $labels.site }}')
    for (const rule of all.filter(r => 'alert' in r)) {
      assert.equal(rule.labels.team, 'payments')
      assert.equal(rule.labels.site, '{{ $labels.site }}')
    }
  })

  it('leaves out what is disabled, and what was recorded for it alone', async () => {
    const before = await written()
    const without = await written(
      '--disable=KafkaConsumerLagBudgetBurnFast',
      '--disable=KafkaConsumerLagBudgetBurnSlow',
    )
    assert.equal(without.all.length, before.all.length - 3)
    assert.ok(!without.out.includes('lag_over_objective'))
  })

  it('leads to runbooks and dashboards elsewhere', async () => {
    const { alert } = await written(
      '--runbook-base=https://wiki.example/kafka',
      '--grafana-url=https://grafana.example/g/',
    )
    const { runbook_url, dashboard_url } = alert('KafkaConsumerPartitionStuck').annotations
    assert.equal(runbook_url, 'https://wiki.example/kafka/KafkaConsumerPartitionStuck.md')
    assert.equal(
      dashboard_url,
      'https://grafana.example/g/d/kafka-health-group?{{ with $labels.kafka_cluster }}&var-kafka_cluster={{ . | urlquery }}{{ end }}{{ with $labels.consumergroup }}&var-consumergroup={{ . | urlquery }}{{ end }}{{ with $labels.topic }}&var-topic={{ . | urlquery }}{{ end }}',
    )
    const query = await written('--runbook-base=https://wiki.example/?page=')
    assert.equal(
      query.alert('KafkaBrokerDown').annotations.runbook_url,
      'https://wiki.example/?page=KafkaBrokerDown.md',
    )
  })

  it('tells in its first line how to make it again, ready for a shell', async () => {
    const { out } = await rules('--selector=job=~"it\'s|a"', '--output=-', '--alert-label=team=a b')
    assert.equal(
      out.split('\n')[0],
      `# Made by: kafka-health-exporter rules --selector='job=~"it'\\''s|a"' --alert-label='team=a b'. Edits here are lost when it is made again.`,
    )
  })

  it('keeps words that YAML 1.1 would take for something else', async () => {
    const { out } = await rules('--format=prometheusrule', '--label=a=on', '--alert-label=team=no')
    assert.match(out, /^ {4}a: "on"$/m)
    assert.match(out, /^ +team: "no"$/m)
  })
})

describe('rules --output', () => {
  it('replaces the file as a whole, also behind a link', async () => {
    const home = ownDirectory('rules')
    writeFileSync(join(home, 'real.yml'), 'old')
    symlinkSync(join(home, 'real.yml'), join(home, 'link.yml'))
    const { code, out } = await rules(`--output=${join(home, 'link.yml')}`)
    assert.deepEqual({ code, out }, { code: 0, out: '' })
    assert.equal(readFileSync(join(home, 'real.yml'), 'utf8'), (await rules()).out)
    assert.deepEqual(readdirSync(home).sort(), ['link.yml', 'real.yml'])
  })

  it('says why it could not, and leaves nothing behind', async () => {
    const home = ownDirectory('rules')
    mkdirSync(join(home, 'directory'))
    assert.deepEqual(await rules(`--output=${join(home, 'none/a.yml')}`), {
      code: 1,
      out: '',
      err: `rules: ${join(home, 'none/a.yml')} cannot be written: no such directory\n`,
    })
    assert.deepEqual(await rules(`--output=${join(home, 'directory')}`), {
      code: 1,
      out: '',
      err: `rules: ${join(home, 'directory')} cannot be written: a directory\n`,
    })
    assert.deepEqual(readdirSync(home), ['directory'])
  })

  it('keeps the file that is there when a flag is wrong', async () => {
    const file = join(ownDirectory('rules'), 'rules.yml')
    writeFileSync(file, 'old')
    assert.equal((await rules(`--output=${file}`, '--threshold=lag-slo=2')).code, 1)
    assert.equal(readFileSync(file, 'utf8'), 'old')
  })
})

describe('rules with wrong flags', () => {
  for (const [flags, faults] of INVALID_RULE_FLAGS) {
    it(flags.join(' '), async () => {
      assert.deepEqual(await rules(...flags), { code: 1, out: '', err: `${faults.join('\n')}\n` })
    })
  }
})
