import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { parseImageReference } from '../../shared/image-reference.ts'
import { configFolder } from '../docker/connection/address.ts'

/** The credentials for a registry; the content of the engine's `X-Registry-Auth` header. */
export type RegistryAuth = { serveraddress: string } & (
  | { username: string; password: string }
  | { identitytoken: string }
)

const DOCKER_HUB = 'https://index.docker.io/v1/'

/**
 * The person's own credentials for a reference's registry, from the Docker client's configuration: a credential
 * helper of that registry, the credential store, or the file itself. Undefined when there are none.
 */
export async function registryAuth(
  reference: string,
  env: Record<string, string | undefined>,
): Promise<RegistryAuth | undefined> {
  const registry = parseImageReference(reference)?.domain
  if (registry === undefined) return undefined
  const config = await readConfig(path.join(configFolder(env), 'config.json'))
  if (!config) return undefined
  const server = registry === 'docker.io' ? DOCKER_HUB : registry
  const helper = config.credHelpers?.[server] ?? config.credHelpers?.[registry] ?? config.credsStore
  if (helper) {
    const found = await askHelper(helper, server, env)
    if (found) return found
  }
  for (const [address, entry] of Object.entries(config.auths ?? {})) {
    if (address !== server && hostOf(address) !== registry) continue
    if (entry.identitytoken) return { serveraddress: server, identitytoken: entry.identitytoken }
    const [username, ...password] = Buffer.from(entry.auth ?? '', 'base64')
      .toString('utf8')
      .split(':')
    if (username) return { serveraddress: server, username, password: password.join(':') }
  }
  return undefined
}

interface ClientConfig {
  auths?: Record<string, { auth?: string; identitytoken?: string }>
  credsStore?: string
  credHelpers?: Record<string, string>
}

async function readConfig(file: string): Promise<ClientConfig | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as ClientConfig
  } catch {
    return undefined
  }
}

const hostOf = (address: string): string => address.replace(/^https?:\/\//, '').replace(/\/.*$/, '')

/** Asks `docker-credential-<helper> get`; the protocol is the Docker credential helpers' own. */
function askHelper(
  helper: string,
  server: string,
  env: Record<string, string | undefined>,
): Promise<RegistryAuth | undefined> {
  if (!/^[\w.-]+$/.test(helper)) return Promise.resolve(undefined)
  return new Promise((resolve) => {
    const child = execFile(
      `docker-credential-${helper}`,
      ['get'],
      { timeout: 10_000, env },
      (error, stdout) => {
        if (error) return resolve(undefined)
        try {
          const { Username, Secret } = JSON.parse(stdout) as { Username: string; Secret: string }
          resolve(
            Username === '<token>'
              ? { serveraddress: server, identitytoken: Secret }
              : { serveraddress: server, username: Username, password: Secret },
          )
        } catch {
          resolve(undefined)
        }
      },
    )
    child.stdin?.on('error', () => {})
    child.stdin?.end(`${server}\n`)
  })
}
