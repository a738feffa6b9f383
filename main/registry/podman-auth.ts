import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import type { ImageReference } from '../../shared/image-reference.ts'
import { type AuthEntry, authOf, type RegistryAuth } from './auth-entry.ts'
import { askHelper } from './credential-helper.ts'

type Environment = Readonly<Record<string, string | undefined>>

interface AuthFile {
  auths?: Record<string, AuthEntry>
  credHelpers?: Record<string, string>
}

/**
 * The credentials of `podman login` for a repository
 * (https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md): an entry counts for a registry, or for the
 * part of it that it names; the longest one first. Undefined when there are none.
 */
export async function podmanAuth(
  { domain, repository }: Pick<ImageReference, 'domain' | 'repository'>,
  env: Environment,
): Promise<RegistryAuth | undefined> {
  const scopes = scopesOf(repository)
  for (const file of authFiles(env)) {
    const { auths = {}, credHelpers = {} } = (await readAuthFile(file)) ?? {}
    for (const scope of scopes) {
      const helper = Object.hasOwn(credHelpers, scope) ? credHelpers[scope] : undefined
      const entry = Object.hasOwn(auths, scope) ? auths[scope] : undefined
      const found =
        (helper && (await askHelper(helper, scope, { ...env }))) || (entry && authOf(entry, domain))
      if (found) return { ...found, serveraddress: domain }
    }
  }
  return undefined
}

/** `r.io/a/b`, `r.io/a`, `r.io`. */
function scopesOf(repository: string): string[] {
  const parts = repository.split('/')
  return parts.map((_, at) => parts.slice(0, parts.length - at).join('/'))
}

/** The file that the environment names, else those where Podman looks, in its order. */
function authFiles(env: Environment): string[] {
  const named = env['REGISTRY_AUTH_FILE']
  if (named) return [named]
  const runtime = env['XDG_RUNTIME_DIR']
  const config = env['XDG_CONFIG_HOME'] || path.join(env['HOME'] || homedir(), '.config')
  const uid = process.getuid?.()
  const passing = runtime
    ? [path.join(runtime, 'containers')]
    : uid === undefined
      ? []
      : [`/run/containers/${uid}`]
  return [...passing, path.join(config, 'containers')].map((folder) => path.join(folder, 'auth.json'))
}

async function readAuthFile(file: string): Promise<AuthFile | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as AuthFile
  } catch {
    return undefined
  }
}
