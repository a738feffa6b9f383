import * as z from 'zod/mini'
import { HOOKS } from './definition.ts'

/** A command that most likely starts a project's program, and the file that shows it. It holds nothing of a stranger's. */
export const LikelyCommand = z.strictObject({ command: z.string(), from: z.string() })
export type LikelyCommand = z.infer<typeof LikelyCommand>

/** How the program of a project is started, as far as its environment, its definition and its files show. */
export const ProgramStart = z.strictObject({
  /** Whether a program of the image runs, which started with the container; otherwise a person has to start one. */
  own: z.boolean(),
  /** What the definition runs inside at each start, as written. */
  hooks: z.array(z.strictObject({ hook: z.enum(HOOKS), command: z.string() })),
  /** What a person would type inside; null where nothing shows it, or the image's own program runs. */
  likely: z.nullable(LikelyCommand),
})
export type ProgramStart = z.infer<typeof ProgramStart>
