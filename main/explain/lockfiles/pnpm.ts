import { linesOf, NotThisFormat, Packages } from './packages.ts'

/**
 * pnpm-lock.yaml (github.com/pnpm/spec, lockfile): the keys of `packages` are `/name/1.0.0_peers` up to lockfileVersion
 * 5, `/name@1.0.0(peers)` in 6, and `name@1.0.0` since. Only those lines and the checksums below them are read.
 */
export function readPnpm(text: string): Packages {
  const packages = new Packages()
  let format = 0
  let within = false
  let last: [name: string, version: string] | undefined
  for (const line of linesOf(text)) {
    format ||= Number(/^lockfileVersion: ['"]?(\d+(?:\.\d+)?)/.exec(line)?.[1] ?? 0)
    if (/^[^\s#]/.test(line)) within = line === 'packages:'
    if (!within) continue
    const key = /^ {2}(?:'([^']+)'|"([^"]+)"|([^\s'"#][^\s'"]*)):(?: \{.*)?$/.exec(line)
    if (key) {
      last = parseKey(key[1] ?? key[2] ?? key[3] ?? '', format < 6)
      packages.add(...last)
    }
    const checksum = /^ {4}resolution: \{integrity: ([^\s,}]+)/.exec(line)?.[1]
    if (last && checksum !== undefined) packages.add(...last, checksum)
  }
  if (format === 0) throw new NotThisFormat()
  return packages
}

/** What comes from no registry ("github.com/…", "file:…") has no version but its place. */
function parseKey(key: string, slashed: boolean): [string, string] {
  const plain = key.replace(/^\//, '').replace(/\(.*$/, '')
  const at = slashed ? versionSlash(plain) : plain.indexOf('@', 1)
  if (at <= 0) return [plain, '']
  const version = plain.slice(at + 1)
  return [plain.slice(0, at), slashed ? version.replace(/_.*$/, '') : version]
}

/** Where the version begins in `name/1.0.0_peer@1.0.0`, whose name may have a scope. */
const versionSlash = (key: string): number => key.indexOf('/', key.startsWith('@') ? key.indexOf('/') + 1 : 0)
