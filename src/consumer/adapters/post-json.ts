import { rule } from '../core/options/option-kinds.ts'
import { codeOfCause } from './code-of-cause.ts'

/** Told in no error: it may be the secret itself. */
export const ADDRESS = rule(
  'a URL of http:// or https://, without user and password',
  isAddress,
  () => '<secret>',
)

/**
 * Posts JSON and wants a status of 200 to 299. Follows no redirection. What is thrown names neither the address, which
 * may be the secret, nor what was answered.
 */
export async function postJson(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  let response: Response
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'kafka-health-exporter', ...headers },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal,
    })
  } catch (error) {
    throw new Error(`the connection failed (${codeOfCause(error)})`)
  }
  // Nobody reads it; the connection is free again.
  await response.body?.cancel()
  if (!response.ok) throw new Error(`HTTP ${response.status}`)
}

function isAddress(value: unknown): boolean {
  if (typeof value !== 'string' || !/^https?:\/\//i.test(value) || !URL.canParse(value)) return false
  const { username, password } = new URL(value)
  return username === '' && password === ''
}
