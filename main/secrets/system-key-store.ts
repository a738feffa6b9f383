import type { KeyStore } from './key-store.ts'
import { keychain } from './keychain.ts'
import { secretService } from './secret-service.ts'

/**
 * The key store of this system; undefined where there is none that can be used through a program of the system's own:
 * what Windows has for it gives no value back.
 */
export function keyStoreOf(env: Record<string, string | undefined>): KeyStore | undefined {
  switch (process.platform) {
    case 'darwin':
      return keychain(env)
    case 'win32':
      return undefined
    default:
      return secretService(env)
  }
}
