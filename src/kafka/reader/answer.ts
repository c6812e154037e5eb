import { codeOf, ExporterError, messageOf } from '../../errors.ts'

export interface Failure {
  /** Kafka's name of the error, or a FailureCode. */
  readonly code: string
  readonly message: string
}

/** What came of one request. */
export type Answer<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: Failure }

export function answered<Value>(value: Value): Answer<Value> {
  return { ok: true, value }
}

export function refused(code: string, message: string): { readonly ok: false; readonly failure: Failure } {
  return { ok: false, failure: { code, message } }
}

/** Whatever was thrown, with the remedy where there is one. */
export function failureOf(error: unknown): Failure {
  const message = messageOf(error)
  const remedy = error instanceof ExporterError ? error.remedy : undefined
  return { code: codeOf(error), message: remedy === undefined ? message : `${message}. ${remedy}` }
}
