import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { runCommandLine } from '../../src/cli/program.ts'
import { ownDirectory } from '../harness/owned-process.ts'

async function dashboards(...flags: readonly string[]) {
  const out: string[] = []
  const err: string[] = []
  const code = await runCommandLine(['dashboards', ...flags], {
    env: {},
    stdout: { write: text => out.push(text) },
    stderr: { write: text => err.push(text) },
    readFile: () => assert.fail('no file is read'),
  })
  return { code, out: out.join(''), err: err.join('') }
}
const shipped = (name: string) =>
  readFileSync(new URL(`../../dashboards/kafka-health-${name}.json`, import.meta.url), 'utf8')

describe('dashboards', () => {
  it('writes one to stdout as it is shipped', async () => {
    assert.deepEqual(await dashboards('--name=fleet'), { code: 0, out: shipped('fleet'), err: '' })
  })

  it('writes all into a directory', async () => {
    const directory = ownDirectory('dashboards')
    assert.deepEqual(await dashboards(`--output=${directory}`), { code: 0, out: '', err: '' })
    assert.deepEqual(
      readdirSync(directory).sort(),
      [
        'cluster',
        'consumer',
        'dead-letters',
        'exporter',
        'fleet',
        'group',
        'schema',
        'services',
        'topic',
      ].map(name => `kafka-health-${name}.json`),
    )
    assert.equal(readFileSync(join(directory, 'kafka-health-group.json'), 'utf8'), shipped('group'))
  })

  it('writes ConfigMaps that the sidecar of Grafana finds', async () => {
    const { code, out, err } = await dashboards(
      '--format=configmap',
      '--namespace=monitoring',
      '--label=team=kafka',
      '--folder=Kafka',
      '--name=topic',
      '--name=group',
    )
    assert.deepEqual({ code, err }, { code: 0, err: '' })
    const maps = parseAllDocuments(out).map(document => document.toJS())
    assert.deepEqual(
      maps,
      ['group', 'topic'].map(name => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {
          name: `kafka-health-${name}`,
          namespace: 'monitoring',
          labels: { grafana_dashboard: '1', team: 'kafka' },
          annotations: { grafana_folder: 'Kafka' },
        },
        data: { [`kafka-health-${name}.json`]: shipped(name) },
      })),
    )
  })

  it('says every fault and writes nothing', async () => {
    const { code, out, err } = await dashboards('--name=flet', '--format=yml', '--output=/nowhere/at/all')
    assert.deepEqual({ code, out }, { code: 1, out: '' })
    assert.equal(
      err,
      [
        '--name: got "flet", did you mean fleet?',
        '--format: got "yml", expected json or configmap',
        '--output: got "/nowhere/at/all", expected a directory that is there',
        '',
      ].join('\n'),
    )
  })

  it('takes neither several on stdout nor what is of a ConfigMap with JSON', async () => {
    const { code, err } = await dashboards('--namespace=monitoring', '--folder=Kafka')
    assert.equal(code, 1)
    assert.equal(
      err,
      [
        '--namespace: is of a ConfigMap: expected --format=configmap with it',
        '--folder: is of a ConfigMap: expected --format=configmap with it',
        '--output: got stdout for several dashboards, expected a directory, or one --name',
        '',
      ].join('\n'),
    )
  })
})
