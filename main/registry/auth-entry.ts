/** The credentials for a registry; the content of the engine's `X-Registry-Auth` header. */
export type RegistryAuth = { serveraddress: string } & (
  | { username: string; password: string }
  | { identitytoken: string }
)

/** An entry of a client's file. */
export interface AuthEntry {
  /** Name and password with a colon between them, in base64. */
  auth?: string
  identitytoken?: string
}

/** The credentials that an entry holds for a server; undefined for one that holds none. */
export function authOf({ auth = '', identitytoken }: AuthEntry, server: string): RegistryAuth | undefined {
  if (identitytoken) return { serveraddress: server, identitytoken }
  const [username, ...password] = Buffer.from(auth, 'base64').toString('utf8').split(':')
  return username ? { serveraddress: server, username, password: password.join(':') } : undefined
}
