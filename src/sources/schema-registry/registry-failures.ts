import { ExporterError } from '../../errors.ts'

/** Why an answer is no schema. Its text is the registry's own and stays out. */
export function toStatusFailure(status: number): ExporterError {
  if (status === 401 || status === 403) {
    return failure('AUTHENTICATION_FAILED', `the registry refused our credentials (HTTP ${status})`)
  }
  if (status === 404) return failure('SCHEMA_NOT_FOUND', 'the registry has no such schema')
  return failure('REGISTRY_ERROR', `the registry answered HTTP ${status}`)
}

function failure(code: string, message: string): ExporterError {
  return new ExporterError(code, message, { canRetry: code !== 'SCHEMA_NOT_FOUND' })
}
