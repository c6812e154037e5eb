import { ExporterError, messageOf } from '../../errors.ts'
import { withDeadline } from '../../model/deadline.ts'
import type { BearerToken } from './sasl-credential.ts'

const SIGNER = 'aws-msk-iam-sasl-signer-js'

/**
 * A token for the IAM listener of Amazon MSK: a URL signed with the credentials that AWS's own chain finds (variables,
 * profile, web identity, container, instance). The library is loaded here only, since it brings half of AWS's SDK.
 */
export async function mskIamToken(region: string, timeoutMs: number): Promise<BearerToken> {
  const fail = (message: string, remedy: string) =>
    new ExporterError('CREDENTIALS_UNAVAILABLE', `sasl.mechanism aws-msk-iam: ${message}`, {
      canRetry: true,
      remedy,
    })
  const signer = await import('aws-msk-iam-sasl-signer-js').catch((cause: unknown) => {
    throw fail(
      `the package ${SIGNER} cannot be loaded (${messageOf(cause)})`,
      `Install it beside this program: npm install ${SIGNER}`,
    )
  })
  try {
    const signed = signer.generateAuthToken({ region })
    const { token, expiryTime } = await withDeadline(signed, timeoutMs, 'AWS credentials')
    return { kind: 'token', token, expiresAt: expiryTime }
  } catch (cause) {
    throw fail(
      `no token could be signed (${messageOf(cause)})`,
      'Give this process AWS credentials: a role, a profile or variables.',
    )
  }
}
