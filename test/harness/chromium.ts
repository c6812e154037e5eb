import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'

/** A browser that keeps to itself, with everything that went wrong in it or left the machine. */
export interface Browsing extends AsyncDisposable {
  readonly context: BrowserContext
  readonly page: Page
  /** Console errors and warnings, uncaught exceptions, dialogs. */
  readonly troubles: readonly string[]
  /** Every address that was asked for. */
  readonly requested: readonly string[]
}

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export async function openChromium(
  options: { readonly javaScriptEnabled?: boolean } = {},
): Promise<Browsing> {
  const profile = await mkdtemp(join(tmpdir(), 'chromium-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ARGUMENTS,
    viewport: { width: 1280, height: 800 },
    ...options,
  })
  const page = context.pages()[0] ?? (await context.newPage())
  page.setDefaultTimeout(15_000)
  const troubles: string[] = []
  const requested: string[] = []
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') troubles.push(message.text())
  })
  page.on('pageerror', error => troubles.push(error.message))
  page.on('dialog', dialog => {
    troubles.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  context.on('request', request => requested.push(request.url()))
  return {
    context,
    page,
    troubles,
    requested,
    async [Symbol.asyncDispose]() {
      await context.close()
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
