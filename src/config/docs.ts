import { EXAMPLE_FILE } from './example-file.ts'
import { fallbackOf } from './flags.ts'
import { FOREIGN_FLAGS } from './foreign-flags.ts'
import { type AnyOption, variableOf } from './option.ts'
import {
  CLUSTER_OPTIONS,
  DEPENDENCY_OPTIONS,
  EXPORTER_OPTIONS,
  GRANULARITY_OPTIONS,
  OBJECTIVE_OPTIONS,
  SCHEMA_OPTIONS,
  SERVICE_OPTIONS,
} from './options.ts'
import { WEB_OPTIONS } from './web/web-options.ts'

/** The text of docs/config.md, from the table of settings. */
export function renderConfigDocs(): string {
  return `<!-- Generated from src/config by \`npm run docs\`: edit the table there. -->
# Configuration

Settings come from flags, environment variables and one YAML file (\`--config=FILE\`). A flag counts before the
environment, the environment before the file, the file before the default. An empty variable counts as none.

Wrong input ends the program with exit code 1 before it has done anything, and with one line for each fault:

\`\`\`
clusters[0].poll_interval: got "100ms", expected a duration from 1s to 1h, such as 15s or 1h30m
clusters[0].brokes: unknown key, did you mean brokers?
--log.level: got "loud", expected trace, debug, info, warn or error
\`\`\`

\`kafka-health-exporter check-config FILE\` says the same without starting anything; \`--print-config\` prints the settings
in force as a configuration file, with \`<secret>\` in the place of secrets.

## A file with everything

\`\`\`yaml
${EXAMPLE_FILE}\`\`\`

- **Durations** are written as in Prometheus: \`500ms\`, \`15s\`, \`1h30m\`, \`7d\`.
- **Sizes** are written \`4MiB\`, \`512KiB\`, \`1GiB\` or as a plain number of bytes.
- **Patterns** are regular expressions as JavaScript knows them with the flag \`u\`, which is RE2's language for all that
  is usual; \`(?i)\` at the beginning ignores case. **In a file and for metric families they match the whole name; in
  flags and variables of groups and topics anywhere in it**, as kafka_exporter's do. A repetition of a repetition, such
  as \`(a+)+\`, can take very long on a long name and is pointed out in the log.
- **Flags and variables of a cluster** speak of the only one: the file's, or else one without a name. They are refused
  beside a file with several clusters.
- A flag of a list may be given several times. Switches are written \`--name\`, \`--no-name\`, \`--name=true\` or \`--name=false\`.
- **A reload**, by \`SIGHUP\` or \`POST /-/reload\`, reads the same flags, environment and file anew:
  [operating.md](operating.md#reload).
- A file that a setting names is read at start and for a reload: one that cannot be read is a fault. Passwords, tokens
  and certificates are [read anew](operating.md#secrets-and-certificates-that-change) while it runs.

## Clusters: \`clusters[]\`

${table(CLUSTER_OPTIONS)}

## Objectives: \`clusters[].objectives[]\`

What is expected of consumer groups. **The first objective whose patterns match a group holds for it, whole**: what it
leaves out has the default of the table, not the value of a later objective that matches too. A group that none matches
has all of these defaults; a last objective with \`groups: ['.*']\` gives the rest other ones. Only in the file, since
there may be many.

${table(OBJECTIVE_OPTIONS)}

## Dependencies: \`dependencies[]\`

Only in the file, since there may be many.

${table(DEPENDENCY_OPTIONS)}

## Services: \`services[]\`

Services whose health is asked for over gRPC: [services.md](services.md). Only in the file, since there may be many.

${table(SERVICE_OPTIONS)}

## Schemas: \`schemas[]\`

Topics whose records are read and checked: [schema-drift.md](schema-drift.md). Only in the file, since there may be many.

${table(SCHEMA_OPTIONS)}

## Granularity: \`metrics.granularity[]\`

How finely groups and topics are published. **The first that matches holds**: for a group on a topic of a cluster one
whose patterns match all three, for the partitions of a topic itself one without \`groups\`. What none matches is published by partition. A
partition in a bad state, or with more than half of its retention used up, keeps all its series, and so do sparse
families; [operating.md](operating.md#what-it-costs-prometheus) says what is left. Only in the file, since there may be
many.

${table(GRANULARITY_OPTIONS)}

## The exporter

${table(EXPORTER_OPTIONS)}

## The file of \`web.config.file\`

The format of Prometheus' exporter-toolkit, so that its files serve here. Paths are relative to the folder of the file. It
is read anew when it, or a file that it names, has changed, which is looked for at every connection and request; a
faulty one is named in the log, and what held before goes on. Only TLS cannot be taken up or given up without a restart.

\`\`\`yaml
tls_server_config:
  cert_file: server.pem
  key_file: server.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: clients.pem
basic_auth_users:
  prometheus: $2y$10$GWKb7FPNXj1GQx1Pq7JShOgePiY.9JVwaW8TNbIDztJn./4ailGsu  # htpasswd -nBC 10 ""
\`\`\`

${fileTable(WEB_OPTIONS)}

## kafka_exporter's command lines

They start this program unchanged, unless they need something that it cannot do. \`--kafka.server\` is another name for
\`--kafka.brokers\`. These flags are accepted and do nothing but be named in the log:

${FOREIGN_FLAGS.filter(flag => flag.refused === undefined)
  .map(flag => `- \`--${flag.name}\`: ${flag.ignored}`)
  .join('\n')}

These are faults where they are switched on, since ignoring them would break what they were set for:

${FOREIGN_FLAGS.filter(flag => flag.refused !== undefined)
  .map(flag => `- \`--${flag.name}\`: ${flag.refused}`)
  .join('\n')}
`
}

function table(options: readonly AnyOption[]): string {
  const rows = options.map(option => `| ${cells(option).join(' | ')} |`)
  return ['| File | Flag, variable | Value | Default | |', '| --- | --- | --- | --- | --- |', ...rows].join(
    '\n',
  )
}

/** Of settings that have no flags. */
function fileTable(options: readonly AnyOption[]): string {
  const rows = options.map(option => `| ${cells(option).toSpliced(1, 1).join(' | ')} |`)
  return ['| Key | Value | Default | |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

function cells(option: AnyOption): readonly string[] {
  const names = [option.flag === null ? null : `--${option.flag}`, variableOf(option)]
  const written = names.filter(each => each !== null).map(each => `\`${each}\``)
  const fallback = option.required === true ? 'required' : (fallbackOf(option) ?? '')
  const value = option.type.expected + (option.type.secret ? ' (secret)' : '')
  const isPlain = option.fallbackText === undefined && option.fallback !== undefined && fallback !== 'none'
  return [
    option.path === null ? '' : `\`${option.path}\``,
    written.join('<br>'),
    value,
    isPlain ? `\`${fallback}\`` : fallback,
    option.help,
  ].map(cell => cell.replaceAll('|', '\\|'))
}
