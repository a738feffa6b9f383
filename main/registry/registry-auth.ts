import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { parseImageReference } from '../../shared/image-reference.ts'
import { configFolder } from '../docker/connection/address.ts'
import { type AuthEntry, authOf, type RegistryAuth } from './auth-entry.ts'
import { askHelper } from './credential-helper.ts'
import { podmanAuth } from './podman-auth.ts'

const DOCKER_HUB = 'https://index.docker.io/v1/'

/**
 * The person's own credentials for a reference's registry: those of `docker login`, else those of `podman login`. Undefined
 * when there are none.
 */
export async function registryAuth(
  reference: string,
  env: Record<string, string | undefined>,
): Promise<RegistryAuth | undefined> {
  const parsed = parseImageReference(reference)
  if (!parsed) return undefined
  return (await dockerAuth(parsed.domain, env)) ?? podmanAuth(parsed, env)
}

/**
 * Those of the Docker client's configuration: a credential helper of that registry, the credential store, or the file
 * itself.
 */
async function dockerAuth(
  registry: string,
  env: Record<string, string | undefined>,
): Promise<RegistryAuth | undefined> {
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
    const found = authOf(entry, server)
    if (found) return found
  }
  return undefined
}

interface ClientConfig {
  auths?: Record<string, AuthEntry>
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
