import type { IncomingMessage } from 'node:http'

/** What OpenSSL says of an answer that is no TLS. */
const NO_TLS = /wrong version number|packet length too long/
/** Errors of a connection that is refused, or closed before a session of TLS begins. */
const CLOSED = ['ECONNREFUSED', 'ECONNRESET']

/**
 * Whether a request over TLS failed because the server does not speak it: it refuses or closes the connection, or answers
 * something else. Every other failure, such as a certificate that is not trusted, is one of a server that speaks TLS, or
 * says nothing of it.
 */
export function speaksNoTls(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException
  return CLOSED.includes(code ?? '') || NO_TLS.test(message)
}

/**
 * Whether an answer may be a registry's: the content, whose digest is checked; a demand for credentials or patience; or an
 * error with the header or the type of registries (OCI distribution specification, "Error Codes").
 */
export function isOfRegistry({
  statusCode = 0,
  headers,
}: Pick<IncomingMessage, 'statusCode' | 'headers'>): boolean {
  return (
    [200, 401, 429].includes(statusCode) ||
    headers['docker-distribution-api-version'] !== undefined ||
    /^application\/(?:[\w.-]+\+)?json\b/.test(headers['content-type'] ?? '')
  )
}
