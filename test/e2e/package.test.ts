import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { before, test } from 'node:test'
import { promisify } from 'node:util'
import { ownDirectory } from '../harness/owned-process.ts'

const REPOSITORY = join(import.meta.dirname, '..', '..')
const BIN = join(REPOSITORY, 'node_modules', '.bin')
const run = promisify(execFile)

interface Packed {
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}

let folder: string
let packed: Packed
let tarball: string
/** Where the package is without a single dependency beside it. */
let alone: string

before(async () => {
  folder = ownDirectory('package')
  // By way of a file: `prepack` prints to standard output too.
  await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: REPOSITORY })
  const { stdout } = await run('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], {
    cwd: REPOSITORY,
  })
  packed = (JSON.parse(stdout) as [Packed])[0]
  tarball = join(folder, packed.filename)
  alone = join(folder, 'alone')
  const unpacked = join(alone, 'node_modules', 'kafka-health-exporter')
  mkdirSync(unpacked, { recursive: true })
  await run('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1'])
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
  await run('npm', ['install', '--prefix', home, '--no-audit', '--no-fund', '--prefer-offline', tarball])

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

function write(path: string, text: string): string {
  const file = join(alone, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}

const USE = `
const schema = new SchemaCheck({ target: 'bigquery' })
schema.check({ userName: 'a', at: 1 })
const drops = schema.check({ username: 'b', at: 'x' })
const progress = new ProgressCheck().look({ now: 0, position: 5, end: 7 })
console.log(drops.map(drop => drop.reason).join(' '), progress.state, shapeOfAvro('string').types[0])
`
const SAID = 'case_collision type_flip advancing string\n'
const NAMES = '{ ProgressCheck, SchemaCheck, shapeOfAvro }'

test('the checks are imported by modules', async () => {
  const file = write('esm/main.mjs', `import ${NAMES} from 'kafka-health-exporter/checks'\n${USE}`)
  assert.equal((await run(process.execPath, [file])).stdout, SAID)
})

test('the checks are required by scripts, and load nothing but their own files', async () => {
  const file = write(
    'cjs/main.js',
    `const ${NAMES} = require('kafka-health-exporter/checks')\n${USE}
    const own = require('node:path').dirname(require.resolve('kafka-health-exporter/checks'))
    const others = Object.keys(require.cache).filter(path => path !== __filename && !path.startsWith(own))
    if (others.length > 0) throw new Error(others.join())`,
  )
  assert.equal((await run(process.execPath, ['--no-experimental-require-module', file])).stdout, SAID)
})

const TYPED = `import { DROP_REASONS, type Drop, type DropReason, type Shape, ProgressCheck, type ProgressAnswer, SchemaCheck, shapeOfAvro } from 'kafka-health-exporter/checks'
const shape: Shape = shapeOfAvro({ type: 'record', name: 'R', fields: [] })
const drops: readonly Drop[] = new SchemaCheck({ target: 'bigquery', maxFields: 10 }).check({}, shape, 'R')
export const reasons: readonly DropReason[] = [...drops.map(drop => drop.reason), ...DROP_REASONS]
export const state: ProgressAnswer['state'] = new ProgressCheck().look({ now: 0, position: null, end: 1 }).state
// @ts-expect-error a target that there is not
new SchemaCheck({ target: 'bigtable' })
`

for (const [what, file, options] of [
  ['node16 from a module', 'main.mts', { module: 'node16', moduleResolution: 'node16' }],
  ['node16 from a script', 'main.cts', { module: 'node16', moduleResolution: 'node16' }],
  ['nodenext', 'main.mts', { module: 'nodenext', moduleResolution: 'nodenext' }],
  ['a bundler', 'main.ts', { module: 'esnext', moduleResolution: 'bundler' }],
  ['the old way of Node', 'main.ts', { module: 'commonjs', moduleResolution: 'node10' }],
] as const) {
  test(`TypeScript finds the types of the checks: ${what}`, async () => {
    const folder = what.replaceAll(' ', '-')
    write(`${folder}/${file}`, TYPED)
    const compilerOptions = { ...options, target: 'es2022', strict: true, noEmit: true, types: [] }
    const project = write(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions, files: [file] }))
    await run(join(BIN, 'tsc'), ['-p', project]).catch(({ stdout }) => assert.fail(stdout))
  })
}

test('publint has nothing to say', async () => {
  const { stdout } = await run(join(BIN, 'publint'), ['--strict', tarball])
  assert.match(stdout, /All good/)
})

test('no types are wrong', async () => {
  const { stdout } = await run(join(BIN, 'attw'), ['--format', 'json', tarball])
  const { analysis, problems } = JSON.parse(stdout)
  assert.equal(analysis.types.kind, 'included')
  assert.deepEqual(problems, {})
})
