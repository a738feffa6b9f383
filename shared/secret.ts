import * as z from 'zod/mini'
import { DeclaredSecret } from './definition.ts'

/**
 * Whether a declared secret has a value: from a variable of the person's environment, until the process ends, from the
 * system's key store, or not.
 */
export const SecretState = z.enum(['environment', 'process', 'key-store', 'missing'])
export type SecretState = z.infer<typeof SecretState>

/** The secrets that a definition declares, and their state; never their values. */
export const SecretList = z.strictObject({
  secrets: z.array(z.extend(DeclaredSecret, { state: SecretState })),
  /** The system's key store; null where there is none. */
  store: z.nullable(z.string()),
  /** Why the key store could not be asked. */
  problem: z.nullable(z.string()),
})
export type SecretList = z.infer<typeof SecretList>
