import { execFile } from 'node:child_process'
import { programPlace } from '../files/program-place.ts'
import type { RegistryAuth } from './auth-entry.ts'

/**
 * The credentials that `docker-credential-<helper> get` has for a server; undefined if it has none, or is not there. The
 * protocol is the Docker credential helpers' own, which Podman uses too.
 */
export function askHelper(
  helper: string,
  server: string,
  env: Record<string, string | undefined>,
): Promise<RegistryAuth | undefined> {
  if (!/^[\w.-]+$/.test(helper)) return Promise.resolve(undefined)
  return new Promise((resolve) => {
    const child = execFile(
      `docker-credential-${helper}`,
      ['get'],
      { timeout: 10_000, ...programPlace(env) },
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
