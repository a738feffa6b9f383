/** The owner of a value: a project at its path, with the remote that it had when the value was set. */
export interface SecretKey {
  project: string
  remote: string | null
  name: string
}

/**
 * A place of the operating system where a person's secrets are kept, encrypted. A value goes there and comes from there
 * by a pipe: in the arguments of a program every other program would see it.
 * Errors: `key-store-unusable`.
 */
export interface KeyStore {
  /** How people call it. */
  name: string
  read(key: SecretKey): Promise<string | undefined>
  write(key: SecretKey, value: string): Promise<void>
  /** Removing what is not there is no error. */
  remove(key: SecretKey): Promise<void>
}
