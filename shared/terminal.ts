import { z } from 'zod'

export const TerminalId = z
  .string()
  .regex(/^[0-9a-f]{16}$/)
  .brand<'TerminalId'>()
export type TerminalId = z.infer<typeof TerminalId>

/** Columns and rows. */
export const TerminalSize = z.strictObject({
  columns: z.number().int().min(1).max(1000),
  rows: z.number().int().min(1).max(1000),
})
export type TerminalSize = z.infer<typeof TerminalSize>

/** What a terminal shows; `offset` counts the characters before it, so that a watcher goes on from where it was. */
export const TerminalEvent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('output'), offset: z.number().int().nonnegative(), text: z.string() }),
  z.strictObject({ kind: z.literal('end'), code: z.number().int().nullable() }),
])
export type TerminalEvent = z.infer<typeof TerminalEvent>
