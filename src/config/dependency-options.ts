import { dependencyUrl } from './dependency-url.ts'
import { optionsOf } from './option.ts'
import { choice, duration, filePath, name, text } from './scalar-types.ts'
import type { DependencySettings } from './settings.ts'

const option = optionsOf<DependencySettings>()

/** Settings of one dependency; paths are within `dependencies[]`. */
export const DEPENDENCY = {
  name: option({
    path: 'name',
    flag: null,
    type: name,
    required: true,
    help: 'Value of the label `dependency`; unique.',
    get: dependency => dependency.name,
  }),
  kind: option({
    path: 'kind',
    flag: null,
    type: choice(['postgres', 'redis', 'http']),
    required: true,
    help: 'What it is, and with it how it is asked: `SELECT 1`, `PING`, or a GET that has to be answered with a status of 200 to 299.',
    get: dependency => dependency.kind,
  }),
  url: option({
    path: 'url',
    flag: null,
    type: dependencyUrl,
    help: 'Where it is, as its kind has it. Exactly one of `url`, `url_env` and `url_file` is required. A Redis is one server, of a cluster or behind a sentinel too.',
    get: dependency => dependency.url,
  }),
  urlEnv: option({
    path: 'url_env',
    flag: null,
    type: text('the name of an environment variable', 'NAME', { pattern: /^[A-Za-z_]\w*$/ }),
    help: 'Environment variable that holds the URL.',
  }),
  urlFile: option({
    path: 'url_file',
    flag: null,
    type: filePath,
    help: 'File that holds the URL; one line break at its end is left out.',
  }),
  caFile: option({
    path: 'tls.ca_file',
    flag: null,
    type: filePath,
    fallbackText: "the system's authorities",
    help: 'PEM file with the authorities that the certificate of a `rediss://` or `https://` is trusted by. PostgreSQL has `sslrootcert`, `sslcert` and `sslkey` in its URL.',
    get: ({ tls }) => tls.caFile,
  }),
  certFile: option({
    path: 'tls.cert_file',
    flag: null,
    type: filePath,
    help: 'PEM file with a client certificate for it.',
    get: ({ tls }) => tls.certFile,
  }),
  keyFile: option({
    path: 'tls.key_file',
    flag: null,
    type: filePath,
    help: 'PEM file with its key.',
    get: ({ tls }) => tls.keyFile,
  }),
  interval: option({
    path: 'interval',
    flag: null,
    type: duration('1s', '1h'),
    fallback: 10_000,
    help: 'Time from the start of one check to the start of the next. With more than 2m a single check that fails fires an alert.',
    get: dependency => dependency.intervalMs,
  }),
  timeout: option({
    path: 'timeout',
    flag: null,
    type: duration('100ms', '1m'),
    fallback: 2_000,
    help: 'How long one check may take, connecting included. At most `interval`.',
    get: dependency => dependency.timeoutMs,
  }),
}
