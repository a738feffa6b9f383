import { X509Certificate } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { run } from './commands.ts'
import { say } from './progress.ts'
import { RigError } from './rig-error.ts'

/**
 * What this machine needs to reach Debian's packages and the npm registry. A container starts without any
 * of it, so the base images carry it; on a machine with a plain network all of it is empty.
 */
export interface Surroundings {
  /** Certificates (PEM) that the machine trusts beside the distribution's. */
  certificates: string[]
  /** Lines for apt.conf. */
  apt: string[]
  /** Proxy variables for the environment. */
  proxies: Record<string, string>
  /** The npm client's registry. */
  npmRegistry: string | undefined
  /** Debian's package sources by file name, for bookworm. */
  sources: Record<string, string>
}

/** Finds out what containers need here. */
export async function readSurroundings(): Promise<Surroundings> {
  const [certificates, apt, npmRegistry, sources] = await Promise.all([
    extraCertificates(),
    aptOptions(),
    configuredNpmRegistry(),
    debianSources(),
  ])
  return { certificates, apt, npmRegistry, sources, proxies: proxyVariables() }
}

const DISTRIBUTION_CERTIFICATES = '/usr/share/ca-certificates'
const TRUSTED = '/etc/ssl/certs/ca-certificates.crt'

async function extraCertificates(): Promise<string[]> {
  const trusted = await certificatesIn(TRUSTED)
  const known = new Set<string>()
  for (const entry of await readdir(DISTRIBUTION_CERTIFICATES, { recursive: true }).catch(() => [])) {
    if (!entry.endsWith('.crt')) continue
    for (const pem of await certificatesIn(`${DISTRIBUTION_CERTIFICATES}/${entry}`))
      known.add(fingerprint(pem))
  }
  if (known.size === 0) return []
  const files = [process.env['NODE_EXTRA_CA_CERTS'], process.env['SSL_CERT_FILE']].filter(
    (file) => file !== undefined,
  )
  const named = await Promise.all(files.map(certificatesIn))
  const extra = [...trusted, ...named.flat()].filter((pem) => !known.has(fingerprint(pem)))
  return [...new Map(extra.map((pem) => [fingerprint(pem), pem])).values()].sort()
}

async function certificatesIn(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
}

function fingerprint(pem: string): string {
  return new X509Certificate(pem).fingerprint256
}

async function aptOptions(): Promise<string[]> {
  const dump = await run('apt-config', ['dump'])
  const needed = /^Acquire::(Check-Valid-Until|Check-Date|Retries|https?::(Proxy|Timeout)\b[^ ]*) "(.+)";$/
  return dump.split('\n').filter((line) => {
    const value = needed.exec(line)?.[3]
    return value !== undefined && isUsableInside(line.split(' ')[0] ?? '', value)
  })
}

function proxyVariables(): Record<string, string> {
  const found: Record<string, string> = {}
  for (const name of ['http_proxy', 'https_proxy', 'no_proxy']) {
    for (const spelling of [name, name.toUpperCase()]) {
      const value = process.env[spelling]
      if (value && isUsableInside(spelling, value)) found[spelling] = value
    }
  }
  return found
}

/** A proxy on this machine's loopback cannot be reached from a container, and a password stays out of images. */
function isUsableInside(name: string, value: string): boolean {
  if (/\/\/[^/]*@/.test(value)) say(`${name} contains a password: it is not passed to containers`)
  else if (/\/\/(localhost|127\.|\[::1\])/.test(value))
    say(`${name} is on loopback: not reachable from containers`)
  else return true
  return false
}

async function configuredNpmRegistry(): Promise<string | undefined> {
  const registry = (await run('npm', ['config', 'get', 'registry'])).trim()
  return isUsableInside('npm registry', registry) ? registry : undefined
}

/**
 * This machine's own sources of Debian, and no other's: the entries for the running release, its updates
 * and its security, told for bookworm.
 */
async function debianSources(): Promise<Record<string, string>> {
  const release = await readFile('/etc/os-release', 'utf8')
  const codename = release.match(/^VERSION_CODENAME=(\w+)/m)?.[1] ?? 'bookworm'
  const suites = new Set([codename, `${codename}-updates`, `${codename}-security`])
  const folder = '/etc/apt/sources.list.d'
  const names = (await readdir(folder).catch(() => [])).map((name) => `${folder}/${name}`)
  const found: Record<string, string> = {}
  for (const file of ['/etc/apt/sources.list', ...names]) {
    const text = await readFile(file, 'utf8').catch(() => '')
    const kept = file.endsWith('.sources') ? debianStanzas(text, suites) : debianLines(text, suites)
    if (kept) found[file.slice('/etc/apt/'.length)] = kept.replaceAll(codename, 'bookworm')
  }
  if (Object.keys(found).length === 0) {
    throw new RigError(`No source of ${codename} is configured for apt.`, 'Add one to /etc/apt/sources.list.')
  }
  return found
}

function debianStanzas(text: string, suites: Set<string>): string {
  const stanzas = text.split(/\n\s*\n/).filter((stanza) => {
    const field = (name: string) =>
      stanza.match(new RegExp(`^${name}:\\s*(.*)$`, 'mi'))?.[1]?.split(/\s+/) ?? []
    const binary = field('Types').includes('deb') && !field('Enabled').includes('no')
    return binary && isDebian(field('Suites'), field('Components'), suites)
  })
  return stanzas.map((stanza) => `${stanza.trim()}\n`).join('\n')
}

function debianLines(text: string, suites: Set<string>): string {
  const lines = text.split('\n').filter((line) => {
    const words = /^deb\s+(?:\[[^\]]*\]\s+)?(?!cdrom:)\S+\s+(.*)$/.exec(line)?.[1]?.split(/\s+/)
    return words !== undefined && isDebian(words.slice(0, 1), words.slice(1), suites)
  })
  return lines.map((line) => `${line}\n`).join('')
}

function isDebian(suites: string[], components: string[], wanted: Set<string>): boolean {
  return suites.length > 0 && suites.every((suite) => wanted.has(suite)) && components.includes('main')
}
