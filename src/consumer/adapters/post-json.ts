import { codeOfCause } from './code-of-cause.ts'

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

/** Throws a TypeError that does not hold the address. */
export function checkUrl(url: string, of: string): void {
  const isOne = typeof url === 'string' && /^https?:\/\//.test(url) && URL.canParse(url)
  if (!isOne) throw new TypeError(`${of}: url: got what is no URL, expected one of http:// or https://`)
  const { username, password } = new URL(url)
  if (username !== '' || password !== '') {
    throw new TypeError(`${of}: url: got a user or password in it, expected them in headers.authorization`)
  }
}
