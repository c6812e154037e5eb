import assert from 'node:assert/strict'
import { copyFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createCertificates } from '../harness/certificates.ts'
import { removeOwnDirectory } from '../harness/owned-process.ts'
import { startPrometheus } from '../harness/prometheus.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { startReloadable } from '../run/reloadable-exporter.ts'

/** Of "wonder". */
const WONDER = '$2b$04$0M1DmmDUMUW6jdBzEn2PCex.NwIYHRFhmlDX6JPquPxqBI8ARJhYy'

test('Prometheus scrapes with certificate, user and password, and a renewed certificate loses no scrape', async t => {
  const certificates = await createCertificates()
  t.after(() => removeOwnDirectory(certificates.dir))
  const exporter = await startReloadable(t, dir => {
    copyFileSync(certificates.server.certFile, join(dir, 'server.pem'))
    copyFileSync(certificates.server.keyFile, join(dir, 'server.key'))
    writeFileSync(
      join(dir, 'web.yml'),
      `tls_server_config:
  cert_file: server.pem
  key_file: server.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ${certificates.caFile}
basic_auth_users: {prometheus: ${WONDER}}
`,
    )
    return `clusters: [{brokers: ['127.0.0.1:1']}]
web: {listen_address: '127.0.0.1:0', config_file: ${join(dir, 'web.yml')}}
`
  })
  const target = new URL(exporter.url).host
  const passwordFile = join(exporter.dir, 'password')
  writeFileSync(passwordFile, 'wonder')
  const job = (name: string, basicAuth: object, certificate = certificates.client) => ({
    job_name: name,
    scheme: 'https',
    tls_config: {
      ca_file: certificates.caFile,
      cert_file: certificate.certFile,
      key_file: certificate.keyFile,
      // The renewed certificate is for another host, so that it can be told from the first.
      insecure_skip_verify: true,
    },
    basic_auth: basicAuth,
    static_configs: [{ targets: [target] }],
  })
  const right = { username: 'prometheus', password_file: passwordFile }
  const prometheus = await startPrometheus({
    scrapeConfigs: [
      job('right', right),
      job('wrong-password', { username: 'prometheus', password: 'land' }),
      job('wrong-certificate', right, certificates.foreign.client),
    ],
  })
  t.after(() => prometheus.close())
  const scrapes = async () => {
    const [sample] = await prometheus.query('count_over_time(up{job="right"}[1h])')
    return sample?.value ?? 0
  }
  const targetOf = async (name: string) => (await prometheus.targets()).find(each => each.job === name)
  await waitUntil('each has been scraped', async () =>
    (await prometheus.targets()).every(({ health }) => health !== 'unknown'),
  )
  await waitUntil('some scrapes', async () => (await scrapes()) >= 3)
  assert.match((await targetOf('wrong-password'))?.lastError ?? '', /401 Unauthorized/)
  assert.equal((await targetOf('wrong-certificate'))?.health, 'down')

  const before = await scrapes()
  for (const [from, to] of [
    [certificates.wrongHostServer.certFile, 'server.pem'],
    [certificates.wrongHostServer.keyFile, 'server.key'],
  ] as const) {
    copyFileSync(from, join(exporter.dir, `${to}.new`))
    renameSync(join(exporter.dir, `${to}.new`), join(exporter.dir, to))
  }
  await waitUntil('some more', async () => (await scrapes()) >= before + 3)
  const up = await prometheus.query('min_over_time(up{job="right"}[1h])')
  assert.deepEqual(
    up.map(sample => sample.value),
    [1],
  )
  const series = await prometheus.query('kafka_health_exporter_build_info{job="right"}')
  assert.equal(series.length, 1)
})
