import * as z from 'zod/mini'
import { DeclaredSecret } from '../definition.ts'
import { SecretList } from '../secret.ts'
import { method, project } from './method.ts'

const secret = z.extend(project, { name: z.string().check(z.minLength(1), z.maxLength(200)) })

/** The secrets that a definition declares. */
export const secrets = {
  /** The secrets that the definition declares, and their state; never their values. Only reads. */
  list: method.input(project).output(SecretList),
  /**
   * Those that a person who starts the environment is to be asked for: without a value, and not left out before.
   * Fails as `not-trusted` where a start would.
   */
  wanted: method.input(project).output(z.array(DeclaredSecret)),
  /**
   * Stores the value of a declared secret in the system's key store; if that cannot be used, in memory until Pristine
   * ends, and `problem` explains why.
   */
  give: method
    .input(z.extend(secret, { value: z.string().check(z.maxLength(64 * 1024)) }))
    .output(z.strictObject({ problem: z.nullable(z.string()) })),
  /** It is not asked for again before a start. */
  leaveOut: method.input(secret),
  /** Forgets its value. */
  remove: method.input(secret),
}
