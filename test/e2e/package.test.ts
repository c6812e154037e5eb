import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { ENTRIES, JEST_SUITE, TYPED_CHECKS, TYPED_KIT } from './packed-entries.ts'
import { BIN, type PackedPackage, packPackage, REPOSITORY, run } from './packed-package.ts'

let packed: PackedPackage

before(async () => {
  packed = await packPackage()
})

/** By folder, what it may hold. */
const SHIPPED =
  /^(dist\/.*\.js|dist\/.*\.d\.ts|dist\/cjs\/package\.json|docs\/.*\.md|docs\/images\/[\w-]+\.png|alerts\/.*\.(md|ya?ml|tmpl)|dashboards\/.*\.(md|json))$/

test('the package holds the program, its entries, documents, rules and dashboards, and nothing else', () => {
  const { paths } = packed
  assert.deepEqual(
    paths.filter(path => !SHIPPED.test(path)),
    ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'],
  )
  for (const path of [
    'dist/main.js',
    'dist/checks.d.ts',
    'dist/cjs/checks.js',
    'dist/consumer.d.ts',
    'dist/cjs/consumer.js',
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
  const home = join(packed.folder, 'home')
  const quietly = ['--no-audit', '--no-fund', '--prefer-offline']
  await run('npm', ['install', '--prefix', home, ...quietly, packed.tarball])

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
  const home = join(packed.folder, 'home')
  const attempt = run(process.execPath, ['--input-type=module', '-e', "import 'kafka-health-exporter'"], {
    cwd: home,
  })
  await assert.rejects(attempt, /ERR_PACKAGE_PATH_NOT_EXPORTED/)
})

for (const { entry, names, use, said } of ENTRIES) {
  const name = entry.split('/')[1] as string

  test(`${entry} is imported by modules`, async () => {
    const file = packed.writeAlone(`${name}/main.mjs`, `import ${names} from '${entry}'\n${use}`)
    assert.equal((await run(process.execPath, [file])).stdout, said)
  })

  test(`${entry} is required by scripts, and loads nothing but its own files`, async () => {
    const file = packed.writeAlone(
      `${name}/main.cjs`,
      `const ${names} = require('${entry}')\n${use}
      const own = require('node:path').dirname(require.resolve('${entry}'))
      const others = Object.keys(require.cache).filter(path => path !== __filename && !path.startsWith(own))
      if (others.length > 0) throw new Error(others.join())`,
    )
    assert.equal((await run(process.execPath, ['--no-experimental-require-module', file])).stdout, said)
  })
}

test('Jest requires both, beside kafkajs and either prom-client', async () => {
  packed.writeServed('jest/main.test.js', JEST_SUITE)
  const config = { rootDir: '.', transform: {}, watchman: false, cache: false, testEnvironment: 'node' }
  const file = packed.writeServed('jest/jest.config.json', JSON.stringify(config))
  // It reports on standard error.
  const { stderr } = await run(join(BIN, 'jest'), ['--ci', '--runInBand', '--config', file])
  assert.match(stderr, /Tests: +3 passed, 3 total/)
})

for (const [what, extension, options] of [
  ['node16 from a module', 'mts', { module: 'node16', moduleResolution: 'node16' }],
  ['node16 from a script', 'cts', { module: 'node16', moduleResolution: 'node16' }],
  ['nodenext', 'mts', { module: 'nodenext', moduleResolution: 'nodenext' }],
  ['a bundler', 'ts', { module: 'esnext', moduleResolution: 'bundler' }],
  ['the old way of Node', 'ts', { module: 'commonjs', moduleResolution: 'node10' }],
] as const) {
  const compilerOptions = { ...options, target: 'es2022', strict: true, noEmit: true }
  const compile = async (
    write: PackedPackage['writeAlone'],
    text: string,
    more: { readonly types: readonly string[]; readonly exactOptionalPropertyTypes?: boolean },
  ) => {
    const home = what.replaceAll(' ', '-')
    const file = `main.${extension}`
    write(`${home}/${file}`, text)
    const settings = { compilerOptions: { ...compilerOptions, ...more }, files: [file] }
    const project = write(`${home}/tsconfig.json`, JSON.stringify(settings))
    await run(join(BIN, 'tsc'), ['-p', project]).catch(({ stdout }) => assert.fail(stdout))
  }

  test(`TypeScript finds the types of the checks, without Node's: ${what}`, async () => {
    await compile(packed.writeAlone, TYPED_CHECKS, { types: [] })
  })

  // To the resolution of node16 that of nodenext adds nothing.
  if (what === 'nodenext') continue
  test(`TypeScript finds the types of the kit, which every kafkajs and prom-client fits: ${what}`, async () => {
    // Once as the strictest services have it.
    const exactOptionalPropertyTypes = extension === 'mts'
    await compile(packed.writeServed, TYPED_KIT, { types: ['node'], exactOptionalPropertyTypes })
  })
}

test('publint has nothing to say', async () => {
  const { stdout } = await run(join(BIN, 'publint'), ['--strict', packed.tarball])
  assert.match(stdout, /All good/)
})

test('no types are wrong', async () => {
  const { stdout } = await run(join(BIN, 'attw'), ['--format', 'json', packed.tarball])
  const { analysis, problems } = JSON.parse(stdout)
  assert.equal(analysis.types.kind, 'included')
  assert.deepEqual(Object.keys(analysis.entrypoints), ['./checks', './consumer', './package.json'])
  assert.deepEqual(problems, {})
})
