import * as z from 'zod/mini'

/** One difference between two plans; `null` where the input did not exist. */
export const InputChange = z.strictObject({
  input: z.string(),
  from: z.nullable(z.string()),
  to: z.nullable(z.string()),
})
export type InputChange = z.infer<typeof InputChange>
