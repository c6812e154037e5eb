import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { stringify } from 'yaml'
import { ConfigError, type Fault, shown } from '../config/fault.ts'
import { messageOf } from '../errors.ts'
import { nearest } from '../model/nearest.ts'
import type { CommandWorld } from './command-world.ts'
import { writeOutputFile } from './output-file.ts'
import { parseMetadataLabels } from './rule-labels.ts'

export interface DashboardFlags {
  readonly name?: readonly string[]
  readonly format?: string
  readonly output?: string
  readonly namespace?: string
  readonly label?: readonly string[]
  readonly folder?: string
}

interface Dashboard {
  readonly name: string
  readonly json: string
}

interface Request {
  readonly dashboards: readonly Dashboard[]
  readonly isConfigMap: boolean
  readonly output: string
  readonly namespace: string | undefined
  readonly labels: Readonly<Record<string, string>>
  readonly folder: string | undefined
}

/** Beside dist/ as beside src/. */
const SHIPPED = fileURLToPath(new URL('../../dashboards', import.meta.url))
const FILE = /^kafka-health-([\w-]+)\.json$/
/** What the sidecar of Grafana's Helm chart looks for, and where it takes the folder from. */
const SIDECAR_LABEL = { grafana_dashboard: '1' }
const FOLDER_ANNOTATION = 'grafana_folder'

const collect = (value: string, earlier: readonly string[] = []) => [...earlier, value]

/** Adds the flags of `dashboards`. */
export function addDashboardFlags(command: Command): Command {
  return command
    .description('write the dashboards for Grafana')
    .option(
      '--name <name>',
      'fleet, group, topic, dead-letters, schema, consumer, services, cluster or exporter (default: all)',
      collect,
    )
    .option('--format <format>', 'json, or configmap for the sidecar of Grafana', 'json')
    .option('--output <directory>', 'where to write the files; - is stdout', '-')
    .option('--namespace <namespace>', 'namespace of the ConfigMaps')
    .option('--label <NAME=VALUE>', 'label of the ConfigMaps, beside grafana_dashboard: "1"', collect)
    .option('--folder <folder>', 'folder of Grafana, as annotation of the ConfigMaps')
}

/** Resolves to the exit code: 0, or 1 with every fault on a line of its own and nothing written. */
export async function runDashboards(
  flags: DashboardFlags,
  { stdout, stderr }: CommandWorld,
): Promise<number> {
  try {
    const request = parse(flags, shippedDashboards())
    if (request.output === '-') stdout.write(renderAll(request))
    else {
      for (const dashboard of request.dashboards) {
        const file = `kafka-health-${dashboard.name}.${request.isConfigMap ? 'yaml' : 'json'}`
        await writeOutputFile(join(request.output, file), renderOne(dashboard, request))
      }
    }
    return 0
  } catch (error) {
    stderr.write(error instanceof ConfigError ? `${error.message}\n` : `dashboards: ${messageOf(error)}\n`)
    return 1
  }
}

/** As they are shipped, from the many to the one. */
export function shippedDashboards(directory = SHIPPED): readonly Dashboard[] {
  return readdirSync(directory)
    .flatMap(file => {
      const name = FILE.exec(file)?.[1]
      return name ? [{ name, json: readFileSync(join(directory, file), 'utf8') }] : []
    })
    .sort((a, b) => a.name.localeCompare(b.name))
}

function parse(flags: DashboardFlags, all: readonly Dashboard[]): Request {
  const faults: Fault[] = []
  const report = (flag: string, problem: string) => faults.push({ at: `--${flag}`, problem })
  const names = all.map(d => d.name)
  for (const name of flags.name ?? []) {
    const meant = nearest(name, names)
    const hint = meant ? `, did you mean ${meant}?` : `, expected one of ${names.join(', ')}`
    if (!names.includes(name)) report('name', `got ${shown(name)}${hint}`)
  }
  const format = flags.format ?? 'json'
  if (format !== 'json' && format !== 'configmap')
    report('format', `got ${shown(format)}, expected json or configmap`)
  const isConfigMap = format === 'configmap'
  const labels = parseMetadataLabels(flags.label ?? [], report)
  for (const [flag, value] of Object.entries({
    namespace: flags.namespace,
    folder: flags.folder,
    label: flags.label,
  })) {
    if (value !== undefined && format === 'json')
      report(flag, 'is of a ConfigMap: expected --format=configmap with it')
  }
  const dashboards = all.filter(d => flags.name === undefined || flags.name.includes(d.name))
  const output = flags.output ?? '-'
  if (output === '-' && !isConfigMap && dashboards.length > 1) {
    report('output', 'got stdout for several dashboards, expected a directory, or one --name')
  }
  if (output !== '-' && !statSync(output, { throwIfNoEntry: false })?.isDirectory()) {
    report('output', `got ${shown(output)}, expected a directory that is there`)
  }
  if (faults.length > 0) throw new ConfigError(faults)
  return { dashboards, isConfigMap, output, namespace: flags.namespace, labels, folder: flags.folder }
}

/** Several ConfigMaps are documents of one stream. */
function renderAll(request: Request): string {
  return request.dashboards.map(dashboard => renderOne(dashboard, request)).join('---\n')
}

function renderOne({ name, json }: Dashboard, { isConfigMap, namespace, labels, folder }: Request): string {
  if (!isConfigMap) return json
  return stringify(
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: `kafka-health-${name}`,
        ...(namespace !== undefined && { namespace }),
        labels: { ...SIDECAR_LABEL, ...labels },
        ...(folder !== undefined && { annotations: { [FOLDER_ANNOTATION]: folder } }),
      },
      data: { [`kafka-health-${name}.json`]: json },
    },
    { lineWidth: 0 },
  )
}
