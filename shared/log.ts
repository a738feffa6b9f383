import * as z from 'zod/mini'

/** Lines that a service printed, in order. `at` is the engine's time of a line. */
export const LogLines = z.array(
  z.strictObject({
    service: z.string(),
    stream: z.enum(['stdout', 'stderr']),
    at: z.nullable(z.iso.datetime()),
    text: z.string(),
    /** From which character on the text looks how: the parameters of SGR (ECMA-48). Absent where it has no colours. */
    looks: z.optional(z.array(z.tuple([z.int(), z.string()]))),
  }),
)
export type LogLines = z.infer<typeof LogLines>
