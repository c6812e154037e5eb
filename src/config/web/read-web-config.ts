import { dirname } from 'node:path'
import { messageOf } from '../../errors.ts'
import type { WebAccess } from '../../model/web-access.ts'
import { isMapping } from '../config-file.ts'
import { ConfigError, type Fault } from '../fault.ts'
import { fileCheck } from '../file-schema.ts'
import { fileLayer, firstOf } from '../layers.ts'
import { LARGEST_CONFIG_BYTES } from '../named-files.ts'
import { expectedFile, type ReadFile } from '../read-file.ts'
import { parseYaml } from '../yaml-document.ts'
import { serverTls } from './server-tls.ts'
import { HEADER_OPTIONS, WEB, WEB_OPTIONS } from './web-options.ts'

const check = fileCheck(WEB_OPTIONS)
const OPEN: WebAccess = { tls: null, headers: {}, users: new Map(), rateLimit: null }

/**
 * The file that `web.config.file` names, and those that it names, relative to its own folder.
 *
 * @throws ConfigError with every fault; each begins with the path of the file
 */
export function readWebConfig(path: string, readFile: ReadFile): WebAccess {
  const text = readOrThrow(path, readFile)
  const document = parseYaml(path, text)
  if ('faults' in document) throw new ConfigError(document.faults)
  if (document.value === null) return OPEN
  const faults: Fault[] = [...check(document.value)]
  const access = isMapping(document.value) ? accessOf(document.value, dirname(path), readFile, faults) : OPEN
  if (faults.length === 0) return access
  throw new ConfigError(
    faults.map(({ at, problem }) => ({ at: at === '' ? path : `${path}: ${at}`, problem })),
  )
}

function readOrThrow(path: string, readFile: ReadFile): string {
  try {
    return readFile(path, LARGEST_CONFIG_BYTES, 'again')
  } catch (error) {
    const reason = messageOf(error)
    throw new ConfigError([{ at: path, problem: `got ${reason}, expected ${expectedFile(reason)}` }])
  }
}

function accessOf(
  root: Readonly<Record<string, unknown>>,
  dir: string,
  readFile: ReadFile,
  faults: Fault[],
): WebAccess {
  const find = firstOf([fileLayer(root, '')], option => option.path ?? '')
  const headers = HEADER_OPTIONS.flatMap(option => {
    const { value } = find(option)
    return value === undefined || value === '' ? [] : [[option.path?.split('.').at(-1), value] as const]
  })
  const intervalMs = find(WEB.rateInterval).value ?? 0
  const burst = find(WEB.rateBurst)
  if (intervalMs > 0 && burst.value === 0) {
    faults.push({
      at: burst.at,
      problem: 'got no request at all, expected at least 1 where there is an interval',
    })
  }
  return {
    tls: isMapping(root.tls_server_config) ? serverTls({ find, dir, readFile, faults }) : null,
    headers: Object.fromEntries(headers),
    users: find(WEB.users).value ?? new Map(),
    rateLimit: intervalMs === 0 || burst.value === undefined ? null : { intervalMs, burst: burst.value },
  }
}
