import { execFile } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { ownDirectory } from '../harness/owned-process.ts'

export const REPOSITORY = join(import.meta.dirname, '..', '..')
export const BIN = join(REPOSITORY, 'node_modules', '.bin')
export const run = promisify(execFile)

/** The package as it is published. */
export interface PackedPackage {
  readonly folder: string
  readonly tarball: string
  readonly paths: readonly string[]
  /** Writes a file where the package is without a single dependency beside it; returns its path. */
  writeAlone(path: string, text: string): string
  /** The same where the service has kafkajs and prom-client, the oldest and the newest of each. */
  writeServed(path: string, text: string): string
}

/** What a service has, as far as the package cares. */
const SERVED = ['kafkajs', 'kafkajs-2.2.0', 'prom-client', 'prom-client-14', '@types/node', 'undici-types']

export async function packPackage(): Promise<PackedPackage> {
  const folder = ownDirectory('package')
  // By way of a file: `prepack` prints to standard output too.
  await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: REPOSITORY })
  const { stdout } = await run('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], {
    cwd: REPOSITORY,
  })
  const [packed] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }]
  const tarball = join(folder, packed.filename)
  const homes = { alone: join(folder, 'alone'), served: join(folder, 'served') }
  for (const home of Object.values(homes)) {
    const unpacked = join(home, 'node_modules', 'kafka-health-exporter')
    mkdirSync(unpacked, { recursive: true })
    await run('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1'])
  }
  for (const name of SERVED) {
    const link = join(homes.served, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(REPOSITORY, 'node_modules', name), link)
  }
  const writerTo = (home: string) => (path: string, text: string) => {
    const file = join(home, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
    return file
  }
  return {
    folder,
    tarball,
    paths: packed.files.map(({ path }) => path),
    writeAlone: writerTo(homes.alone),
    writeServed: writerTo(homes.served),
  }
}
