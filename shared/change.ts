import { z } from 'zod'

/** One difference between two plans; `null` where the input did not exist. */
export const InputChange = z.strictObject({
  input: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
})
export type InputChange = z.infer<typeof InputChange>
