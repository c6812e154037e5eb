/** Flags of `rules`, and every line that says what is wrong with them. */
export const INVALID_RULE_FLAGS: readonly (readonly [flags: readonly string[], faults: readonly string[]])[] =
  [
    [
      ['--set=kafka'],
      ['--set: got "kafka", expected kafka-health-exporter, consumer-kit, kafka-exporter, jmx-exporter'],
    ],
    [
      ['--set=kafka-exporter', '--set=kafka-health-exporter'],
      ['--set: got kafka-health-exporter and kafka-exporter, expected one: they tell the same'],
    ],
    [['--output='], ['--output: got "", expected a file, or - for stdout']],
    [['--format=yaml'], ['--format: got "yaml", expected plain or prometheusrule']],
    [
      ['--name=kafka', '--namespace=monitoring', '--label=release=x'],
      [
        '--name: got "kafka", expected it with --format=prometheusrule only: a plain file has no metadata',
        '--namespace: got "monitoring", expected it with --format=prometheusrule only: a plain file has no metadata',
        '--label: got "release=x", expected it with --format=prometheusrule only: a plain file has no metadata',
      ],
    ],
    [
      [
        '--format=prometheusrule',
        '--name=Kafka',
        '--namespace=a.b',
        '--label=-a=b',
        '--label=a=b c',
        '--label=a',
      ],
      [
        '--name: got "Kafka", expected a name of Kubernetes: small letters, digits, "-" and ".", at most 253',
        '--namespace: got "a.b", expected a namespace: small letters, digits and "-", at most 63',
        '--label: got "-a=b", expected a label name of Kubernetes, such as release or example.com/team',
        '--label: got "a=b c", expected a value of letters, digits, "-", "_" and ".", at most 63',
        '--label: got "a", expected NAME=VALUE',
      ],
    ],
    [
      [
        '--alert-label=severity=page',
        '--alert-label=topic=x',
        '--alert-label=job=x',
        '--alert-label=__a=x',
        '--alert-label=team={{ $labels.team',
        '--alert-label=team=a',
        '--alert-label=team=b',
      ],
      [
        '--alert-label: got "severity=page", expected a label other than severity: each alert has its own',
        '--alert-label: got "topic=x", expected a label other than topic: it tells what the alert is about',
        '--alert-label: got "job=x", expected a label other than job: it tells what the alert is about',
        '--alert-label: got "__a=x", expected a label name: letters, digits and "_", no digit first, not "__…"',
        '--alert-label: got "team={{ $labels.team", expected a value in which each {{ has its }}',
        '--alert-label: got team twice, expected it once',
      ],
    ],
    [
      ['--selector=job=kafka', '--jmx-selector={job="a"'],
      [
        '--selector: at character 5: got "kafka", expected a value in quotes',
        '--jmx-selector: at character 9: got the end, expected "," or "}"',
      ],
    ],
    [
      [
        '--threshold=lag-mesages=5',
        '--threshold=zzz=5',
        '--threshold=lag-messages',
        '--threshold=lag-messages=-1',
        '--threshold=lag-messages=1h',
        '--threshold=lag-slo=0.5',
        '--threshold=proven-after=soon',
        '--threshold=loss-window=1m',
        '--threshold=loss-window=15',
        '--threshold=abandoned-for=1h',
        '--threshold=abandoned-for=2h',
      ],
      [
        '--threshold: got "lag-mesages", an unknown threshold, did you mean lag-messages?',
        '--threshold: got "zzz", an unknown threshold, expected one of docs/alerts.md',
        '--threshold: got "lag-messages", expected NAME=VALUE',
        '--threshold: got "lag-messages=-1", expected a number from 0 to 1000000000000 (messages)',
        '--threshold: got "lag-messages=1h", expected a number from 0 to 1000000000000 (messages)',
        '--threshold: got "lag-slo=0.5", expected a number from 0.94 to 0.9999 (ratio)',
        '--threshold: got "proven-after=soon", expected a number from 0 to 31536000 (seconds), or a duration such as 4h',
        '--threshold: got "loss-window=1m", expected a duration from 2m to 7d',
        '--threshold: got "loss-window=15", expected a duration from 2m to 7d',
        '--threshold: got abandoned-for twice, expected it once',
      ],
    ],
    [
      [
        '--for=KafkaBrokerDwon=5m',
        '--for=KafkaBrokerDown=5',
        '--for=KafkaBrokerDown=32d',
        '--keep-firing-for=*=soon',
        '--disable=KafkaBrokerDonw',
      ],
      [
        '--disable: got "KafkaBrokerDonw", an unknown alert, did you mean KafkaBrokerDown?',
        '--for: got "KafkaBrokerDwon", an unknown alert, did you mean KafkaBrokerDown?',
        '--for: got "KafkaBrokerDown=5", expected a duration from 0 to 31d, such as 90s or 1h30m',
        '--for: got "KafkaBrokerDown=32d", expected a duration from 0 to 31d, such as 90s or 1h30m',
        '--keep-firing-for: got "*=soon", expected a duration from 0 to 31d, such as 90s or 1h30m',
      ],
    ],
    [
      ['--set=jmx-exporter', '--disable=KafkaTopicReadByUnknown'],
      ['--disable: got every alert of the set, expected one at least to be left'],
    ],
    [
      ['--set=jmx-exporter', '--for=KafkaBrokerDown=5m'],
      ['--for: got "KafkaBrokerDown", expected an alert of the chosen set'],
    ],
    [
      ['--replica-label=9', '--replica-label=topic', '--replica-label=job'],
      [
        '--replica-label: got "9", expected a label name: letters, digits and "_", no digit first, not "__…"',
        '--replica-label: got "topic", expected a label by which only replicas of one exporter differ',
        '--replica-label: got "job", expected a label by which only replicas of one exporter differ',
      ],
    ],
    [
      ['--runbook-base=wiki', '--grafana-url=https://grafana.example/?orgId=1'],
      [
        '--runbook-base: got "wiki", expected an http or https URL',
        '--grafana-url: got "https://grafana.example/?orgId=1", expected an http or https URL without ? and #',
      ],
    ],
  ]
