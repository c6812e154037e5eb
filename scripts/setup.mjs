/**
 * Brings to this machine what the tests or the demo (`--demo`) run on, or says what to install and exits 1. Does
 * nothing where everything is there.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const forDemo = process.argv.includes('--demo')
const unknown = process.argv.slice(2).filter(argument => argument !== '--demo')
if (unknown.length > 0) fail([`unknown argument ${unknown.join(' ')}; there is only --demo`])

/** Debian's package for each program. */
const programs = [
  { names: ['java', 'javac'], all: true, package: 'openjdk-17-jdk-headless', demo: true },
  { names: ['mvn'], package: 'maven', demo: true, unless: forDemo && process.env.KAFKA_HOME },
  { names: ['openssl'], package: 'openssl' },
  // The image's steps run in namespaces; root needs no map of users for that.
  { names: ['unshare'], package: 'util-linux' },
  { names: ['newuidmap'], package: 'uidmap', unless: process.getuid?.() === 0 },
  { names: ['prometheus', 'promtool'], all: true, package: 'prometheus' },
  { names: ['amtool'], package: 'prometheus-alertmanager' },
  { names: ['prometheus-alertmanager', 'alertmanager'], package: 'prometheus-alertmanager' },
  { names: ['redis-server'], package: 'redis-server' },
  // The independent schema registry and grpcurl are Go programs.
  { names: ['go'], package: 'golang-go' },
  { names: ['chromium', 'chromium-browser', 'google-chrome'], package: 'chromium' },
]

const onPath = name => (process.env.PATH ?? '').split(delimiter).some(dir => existsSync(join(dir, name)))
const isMissing = ({ names, all, unless }) => !unless && !(all ? names.every(onPath) : names.some(onPath))

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  fail([`Node ${process.versions.node} is too old: 20.19 or later is needed`])
}

let missing = programs.filter(program => (!forDemo || program.demo) && isMissing(program))
if (missing.length > 0 && canInstall()) {
  install([...new Set(missing.map(program => program.package))])
  missing = missing.filter(isMissing)
}
if (missing.length > 0) {
  fail(
    missing.map(
      p => `${p.names.join(p.all ? ' and ' : ' or ')} not found: install ${p.package} (its name in Debian)`,
    ),
  )
}

const java = /version "(\d+)/.exec(spawnSync('java', ['-version'], { encoding: 'utf8' }).stderr)?.[1]
if (Number(java ?? 0) < 17) fail([`Java ${java ?? '?'} is too old: 17 or later is needed`])

if (forDemo && !onPath('prometheus')) console.log('prometheus not found: the demo runs without it')
try {
  const { tsImport } = await import('tsx/esm/api')
  const { kafkaJars } = await tsImport('../test/harness/kafka-jars.ts', import.meta.url)
  const { version, classpath } = await kafkaJars()
  console.log(`Kafka ${version} in ${join(classpath, '..')}`)
  if (!forDemo) {
    const { makeClassArchive } = await tsImport('../test/harness/make-class-archive.ts', import.meta.url)
    // Brokers start without one too.
    await makeClassArchive().catch(error => console.log(`no archive of Kafka's classes: ${error.message}`))
  }
} catch (error) {
  fail(error.code === 'ERR_MODULE_NOT_FOUND' ? ['run npm ci first'] : [error.message])
}
if (!forDemo) await import('./kafka-schemas.mjs')

function canInstall() {
  return process.getuid?.() === 0 && onPath('apt-get')
}

function install(packages) {
  console.log(`installing ${packages.join(' ')}`)
  const options = { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
  try {
    execFileSync('apt-get', ['-q', 'update'], options)
    execFileSync('apt-get', ['-q', 'install', '-y', '--no-install-recommends', ...packages], options)
  } catch {
    console.error('apt-get could not install everything')
  }
}

function fail(lines) {
  for (const line of lines) console.error(`setup: ${line}`)
  process.exit(1)
}
