import * as z from 'zod/mini'
import { method, project, started } from './method.ts'

/** A git reference or an image reference. */
const reference = z.string().check(z.minLength(1), z.maxLength(2000))

/** The pins of `pristine.lock`. */
export const lock = {
  /** The pins whose reference points elsewhere today. Asks the registries. */
  outdated: method
    .input(project)
    .output(z.array(z.strictObject({ reference: z.string(), locked: z.string(), latest: z.string() }))),
  /** Moves pins to what they point at today; all of them where none is named. */
  update: method.input(z.extend(project, { references: z.optional(z.array(reference)) })).output(started),
}
