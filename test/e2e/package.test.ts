import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { promisify } from 'node:util'
import { ownDirectory } from '../harness/owned-process.ts'

const REPOSITORY = join(import.meta.dirname, '..', '..')
const run = promisify(execFile)

interface Packed {
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}

let folder: string
let packed: Packed

before(async () => {
  folder = ownDirectory('package')
  // By way of a file: `prepack` prints to standard output too.
  await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: REPOSITORY })
  const { stdout } = await run('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], {
    cwd: REPOSITORY,
  })
  packed = (JSON.parse(stdout) as [Packed])[0]
})

/** By folder, what it may hold. */
const SHIPPED =
  /^(dist\/.*\.js|dist\/.*\.d\.ts|dist\/cjs\/package\.json|docs\/.*\.md|docs\/images\/[\w-]+\.png|alerts\/.*\.(md|ya?ml|tmpl)|dashboards\/.*\.(md|json))$/

test('the package holds the program, its documents, rules and dashboards, and nothing else', () => {
  const paths = packed.files.map(({ path }) => path)
  assert.deepEqual(
    paths.filter(path => !SHIPPED.test(path)),
    ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'],
  )
  for (const path of [
    'dist/main.js',
    'dist/checks.d.ts',
    'dist/cjs/checks.js',
    'docs/config.md',
    'docs/metrics.md',
    'alerts/kafka-health-exporter.rules.yml',
  ])
    assert.ok(paths.includes(path), path)
  assert.deepEqual(
    // Cases of the rules are for whoever changes them.
    paths.filter(path => path.includes('test') && !path.startsWith('alerts/tests/')),
    [],
  )
})

test('installed, it is a command', async () => {
  const home = join(folder, 'home')
  await run('npm', [
    'install',
    '--prefix',
    home,
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    join(folder, packed.filename),
  ])

  const installed = join(home, 'node_modules', 'kafka-health-exporter')
  assert.equal(readFileSync(join(installed, 'dist', 'main.js'), 'utf8').split('\n')[0], '#!/usr/bin/env node')
  assert.equal(statSync(join(installed, 'dist', 'main.js')).mode & 0o111, 0o111)

  const { version } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
    version: string
  }
  const { stdout } = await run('npx', ['--no-install', 'kafka-health-exporter', '--version'], { cwd: home })
  assert.equal(stdout, `${version}\n`)
})

test('by its own name nothing can be imported from it', async () => {
  const home = join(folder, 'home')
  const attempt = run(process.execPath, ['--input-type=module', '-e', "import 'kafka-health-exporter'"], {
    cwd: home,
  })
  await assert.rejects(attempt, /ERR_PACKAGE_PATH_NOT_EXPORTED/)
})
