import * as z from 'zod/mini'

/** Lines that a service printed, in order. `at` is the engine's time of a line. */
export const LogLines = z.array(
  z.strictObject({
    service: z.string(),
    stream: z.enum(['stdout', 'stderr']),
    at: z.nullable(z.iso.datetime()),
    text: z.string(),
  }),
)
export type LogLines = z.infer<typeof LogLines>
