import { type ProductError, productError } from '../../shared/errors.ts'
import { gitInstallHint } from './install-hint.ts'

const HOST_UNKNOWN = /Could not resolve (?:host|proxy)|Could not resolve hostname|Name or service not known/
const FULL = /No space left on device|Disk quota exceeded/
const HOST_KEY = /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/
const REFUSED =
  /Authentication failed|could not read (?:Username|Password)|terminal prompts disabled|Permission denied \(|Access denied|returned error: 40[13]|HTTP Basic: Access denied/
const MISSING =
  /repository '[^']*' not found|Repository not found|does not appear to be a git repository|is this a git repository\?|returned error: 404|project you were looking for could not be found/i
const UNREACHABLE =
  /unable to access|Failed to connect|Connection (?:refused|timed out|reset|closed)|Network is unreachable|No route to host|Operation too slow|early EOF|RPC failed|hung up unexpectedly|unexpected disconnect|returned error: 5\d\d|SSL|certificate/
const NOT_ALLOWED = /transport '([^']*)' not allowed/

/** The host of an address. */
export const hostOf = (url: string): string => /^(?:\w+:\/\/)?(?:[^/@]*@)?([^/:]+)/.exec(url)?.[1] ?? url

/**
 * Translates git's messages about a failed clone into a product error. They are in English, because git runs with that
 * locale. A missing branch is reported elsewhere.
 */
export async function cloneFailure(
  url: string,
  destination: string,
  messages: string[],
): Promise<ProductError> {
  const text = messages.join('\n')
  const output = messages.slice(-6)
  const host = hostOf(url)
  // Apple's stand-in for a git that is not installed.
  if (/xcode-select: (?:note|error)/.test(text))
    return productError('git-missing', { remedy: await gitInstallHint('darwin') })
  if (FULL.test(text))
    return productError('destination-unwritable', { path: destination, problem: 'The disk is full.' })
  if (HOST_UNKNOWN.test(text)) return productError('git-host-unknown', { host })
  const scheme = NOT_ALLOWED.exec(text)?.[1]
  if (scheme !== undefined) {
    const problem = `It leads to an address that git is not allowed to use: "${scheme}". A redirect or "insteadOf" in your git settings does that.`
    return productError('clone-refused', { address: url, problem })
  }
  if (HOST_KEY.test(text)) {
    const remedy = `Check the host's key once with "ssh -T git@${host}", then try again.`
    return productError('git-authentication', { url, remedy, output })
  }
  if (REFUSED.test(text))
    return productError('git-authentication', { url, remedy: credentialsRemedy(url, host), output })
  if (MISSING.test(text)) return productError('repository-missing', { url, output })
  if (UNREACHABLE.test(text)) return productError('git-unreachable', { host, output })
  return productError('clone-failed', { url, output })
}

function credentialsRemedy(url: string, host: string): string {
  if (!url.startsWith('http'))
    return `Check your key with "ssh -T git@${host}"; "ssh-add -l" shows which keys your agent has.`
  return `Sign in once in a terminal with "git ls-remote ${url}", so that git's credential helper knows you; or use the ssh address.`
}
