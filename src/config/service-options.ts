import { httpUrl } from './http-url.ts'
import { optionsOf } from './option.ts'
import { duration, filePath, hostPort, name, serverName, text } from './scalar-types.ts'
import type { ServiceSettings } from './settings.ts'

const option = optionsOf<ServiceSettings>()

/** Settings of one service; paths are within `services[]`. */
export const SERVICE = {
  name: option({
    path: 'name',
    flag: null,
    type: name,
    required: true,
    help: 'Value of the label `service`; unique.',
    get: service => service.name,
  }),
  address: option({
    path: 'address',
    flag: null,
    type: hostPort('bff:50051'),
    required: true,
    help: 'Where it answers `grpc.health.v1.Health/Check`.',
    get: service => service.address,
  }),
  healthName: option({
    path: 'health_name',
    flag: null,
    type: text('a name such as acme.orders.v1.Orders', 'NAME', { pattern: /^[\x21-\x7e]{1,200}$/ }),
    fallbackText: 'the server as a whole',
    help: 'Name whose health is asked for, where the server tells that of several services.',
    get: ({ healthName }) => (healthName === '' ? null : healthName),
  }),
  caFile: option({
    path: 'tls.ca_file',
    flag: null,
    type: filePath,
    fallbackText: "the system's authorities",
    help: 'PEM file with the certificates of the authorities that are trusted. TLS is used where there is a `tls` mapping; it may be empty (`tls: {}`).',
    get: ({ tls }) => tls?.caFile ?? null,
  }),
  certFile: option({
    path: 'tls.cert_file',
    flag: null,
    type: filePath,
    help: 'PEM file with a client certificate.',
    get: ({ tls }) => tls?.certFile ?? null,
  }),
  keyFile: option({
    path: 'tls.key_file',
    flag: null,
    type: filePath,
    help: 'PEM file with its key, not encrypted.',
    get: ({ tls }) => tls?.keyFile ?? null,
  }),
  serverName: option({
    path: 'tls.server_name',
    flag: null,
    type: serverName,
    fallbackText: 'the host of `address`',
    help: "Host name that the service's certificate is checked against.",
    get: ({ tls }) => tls?.serverName ?? null,
  }),
  metricsUrl: option({
    path: 'metrics_url',
    flag: null,
    type: httpUrl('http://bff:9100/metrics', true),
    fallbackText: 'CPU and memory are not read',
    help: "Metrics of the service's own, of which `process_cpu_seconds_total` and `process_resident_memory_bytes` are taken.",
    get: ({ metricsUrl }) => metricsUrl,
  }),
  interval: option({
    path: 'interval',
    flag: null,
    type: duration('1s', '1h'),
    fallback: 10_000,
    help: 'Time from the start of one check to the start of the next. With more than 2m a single check that fails fires an alert.',
    get: ({ intervalMs }) => intervalMs,
  }),
  timeout: option({
    path: 'timeout',
    flag: null,
    type: duration('100ms', '1m'),
    fallback: 2_000,
    help: 'How long one check may take, connecting included. At most `interval`.',
    get: ({ timeoutMs }) => timeoutMs,
  }),
}
