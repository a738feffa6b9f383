import { CloneAddress, GitReference, withoutCredentials } from './git-address.ts'
import { sanitize } from './sanitize.ts'

/** A repository to be cloned. */
export interface CloneSource {
  /** A `CloneAddress`. */
  url: string
  /** A branch, tag or commit; null for the one that the repository chooses. */
  reference: string | null
  /** The folder's default name. */
  name: string
  /** The address held a user's name, which is left to git's own credentials. */
  userLeftOut: boolean
}

/** What a person names to be opened. `refused`: an address that cannot be cloned from, without its password. */
export type Source =
  | { kind: 'folder'; folder: string }
  | ({ kind: 'clone' } & CloneSource)
  | { kind: 'refused'; address: string; problem: string }

/** `scheme://`, `helper::`, `user@host:path` and `host.name:path`. A drive of Windows has one letter. */
const ADDRESS =
  /^(?:[a-z][a-z0-9+.-]*:\/\/|[a-z][a-z0-9+.-]+::|[^/\\\s]+@[^/\\\s]+:|[\w-]+(?:\.[\w-]+)+:(?!\\))/i

/** Whether a text is meant as an address rather than as a folder. */
export const isAddress = (text: string): boolean => ADDRESS.test(text.trim())

/**
 * Reads what a person typed or pasted: a folder, or `address[#branch]`. Pages of a branch on GitHub and GitLab are read
 * as the repository and the branch.
 */
export function readSource(text: string): Source {
  const given = text.trim()
  if (!isAddress(given)) return { kind: 'folder', folder: text }
  const refuse = (problem: string): Source => {
    return { kind: 'refused', address: withoutCredentials(sanitize(given)).slice(0, 200), problem }
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  if (/[\x00-\x20\x7f]/.test(given)) return refuse('It holds a blank or a control character.')
  const hash = given.indexOf('#')
  const [address, named] = hash < 0 ? [given, null] : [given.slice(0, hash), given.slice(hash + 1) || null]
  const user = /^https?:\/\/([^/]*)@/i.exec(address)?.[1]
  if (user?.includes(':')) {
    return refuse(
      'It holds a password, which would be left in files and logs; git asks its credential helper.',
    )
  }
  // A scheme is the same in capitals (RFC 3986, 3.1); git does not know it so.
  const plain = address.replace(/^[a-z][a-z0-9+.-]*:\/\//i, (scheme) => scheme.toLowerCase())
  const { url, reference } = readPage(withoutUser(plain))
  if (!CloneAddress.safeParse(url).success) return refuse(whyNot(url))
  const wanted = named ?? reference
  if (wanted !== null && !GitReference.safeParse(wanted).success) {
    return refuse(`"${sanitize(wanted).slice(0, 80)}" is no name of a branch, tag or commit.`)
  }
  const name = nameOf(url)
  if (name === undefined) return refuse('It names no repository.')
  return { kind: 'clone', url, reference: wanted, name, userLeftOut: user !== undefined }
}

/**
 * The address that may be meant by a text that names no folder: what a browser shows of one leaves out the scheme.
 * Undefined where none is.
 */
export function addressMeant(text: string): string | undefined {
  const address = `https://${text.trim()}`
  const isHost = /^https:\/\/(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?\/[^/]/i.test(address)
  return isHost && readSource(address).kind === 'clone' ? address : undefined
}

/** Only of http and https: the name in an ssh address is no secret, and is needed. */
const withoutUser = (address: string): string =>
  /^https?:/i.test(address) ? withoutCredentials(address) : address

/** The page of a branch, as a browser's address bar shows it. */
function readPage(address: string): { url: string; reference: string | null } {
  const page =
    /^(https:\/\/github\.com\/[^/]+\/[^/]+)\/tree\/(.+?)\/?$/.exec(address) ??
    /^(https:\/\/[^?]+?)\/-\/tree\/(.+?)\/?(?:\?ref_type=\w+)?$/.exec(address)
  const [, url = address, reference = null] = page ?? []
  return { url: url.replace(/\/+$/, ''), reference }
}

/** The last part of the path, as a folder of any system can be called; undefined when nothing is left of it. */
function nameOf(url: string): string | undefined {
  const last = url.split(/[/:]/).at(-1) ?? ''
  const name = last
    .replace(/\.git$/, '')
    .replace(/%[0-9a-f]{2}/gi, '-')
    .replace(/^-+|\.+$/g, '')
  return name === '' || name === '.git' ? undefined : name
}

function whyNot(url: string): string {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase()
  if (/^[a-z][a-z0-9+.-]+::/i.test(url)) return `"${scheme}::" runs a program on this computer.`
  if (scheme === 'file') return 'It is a folder of this computer: give its path.'
  if (scheme === 'http' || scheme === 'git') {
    return `What comes by ${scheme}:// can be changed on its way; use https:// or ssh://.`
  }
  return 'Only https://, ssh:// and git@host:path are cloned from.'
}
