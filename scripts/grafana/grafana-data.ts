import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const VERSION = '13.2.3'
const PACKAGES = [`@grafana/data@${VERSION}`, 'react@19', 'react-dom@19']
const HOME = fileURLToPath(new URL(`../../.cache/grafana-${VERSION}/`, import.meta.url))

export interface Field {
  readonly name: string
  readonly config: { readonly unit?: string }
  readonly values: readonly unknown[]
  readonly display?: (value: unknown) => { readonly text: string; readonly color?: string }
}

export interface Frame {
  readonly length: number
  readonly fields: readonly Field[]
}

interface Registry {
  getIfExists(id: string): unknown
}

/** The part of Grafana's code that is used here. */
export interface GrafanaData {
  getValueFormats(): readonly { readonly submenu: readonly { readonly value: string }[] }[]
  readonly fieldMatchers: Registry
  readonly fieldReducers: Registry
  readonly fieldColorModeRegistry: Registry
  readonly standardTransformersRegistry: Registry & { setInit(list: () => readonly object[]): void }
  readonly standardTransformers: Readonly<Record<string, { readonly id: string; readonly name: string }>>
  toDataFrame(frame: object): Frame
  transformDataFrame(
    transformations: readonly object[],
    frames: readonly Frame[],
    context: { readonly interpolate: (text: string) => string },
  ): unknown
  applyFieldOverrides(options: object): readonly Frame[]
  getFieldDisplayName(field: Field, frame: Frame): string
  createTheme(): { readonly visualization: { getColorByName(name: string): string } }
  readonly Registry: new (list: () => readonly object[]) => Registry
}

export interface Grafana {
  readonly version: string
  readonly data: GrafanaData
  /** What a transformation answers at last. */
  lastOf(observable: unknown): Promise<readonly Frame[]>
}

/** Grafana's library, fetched once into .cache: it is a hundred times the size of all else that the tests need. */
export function loadGrafana(): Grafana {
  if (!existsSync(`${HOME}node_modules/@grafana/data/package.json`)) {
    mkdirSync(HOME, { recursive: true })
    writeFileSync(`${HOME}package.json`, '{ "private": true }\n')
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    execFileSync('npm', ['install', ...options, ...PACKAGES], { cwd: HOME, stdio: 'inherit' })
  }
  const require = createRequire(`${HOME}package.json`)
  // What it asks of a browser: the language for dates, and whether it is drawn by a scene.
  Object.assign(globalThis, { navigator: { language: 'en-GB', languages: ['en-GB'] } })
  const data = require('@grafana/data') as GrafanaData
  Object.assign(globalThis, { window: globalThis })
  const { lastValueFrom } = require('rxjs') as { lastValueFrom(o: unknown): Promise<readonly Frame[]> }
  // Two of them share an id: the older name of one that joins.
  const transformers = new Map(Object.values(data.standardTransformers).map(t => [t.id, t]))
  data.standardTransformersRegistry.setInit(() =>
    [...transformers.values()].map(t => ({ id: t.id, name: t.name, transformation: async () => t })),
  )
  return { version: VERSION, data, lastOf: lastValueFrom }
}
