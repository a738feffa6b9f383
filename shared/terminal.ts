import * as z from 'zod/mini'

export const TerminalId = z
  .string()
  .check(z.regex(/^[0-9a-f]{16}$/))
  .brand<'TerminalId'>()
export type TerminalId = z.infer<typeof TerminalId>

/** Columns and rows. */
export const TerminalSize = z.strictObject({
  columns: z.int().check(z.gte(1), z.lte(1000)),
  rows: z.int().check(z.gte(1), z.lte(1000)),
})
export type TerminalSize = z.infer<typeof TerminalSize>

/** What a terminal shows; `offset` counts the characters before it, so that a watcher goes on from where it was. */
export const TerminalEvent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('output'), offset: z.int().check(z.nonnegative()), text: z.string() }),
  z.strictObject({ kind: z.literal('end'), code: z.nullable(z.int()) }),
])
export type TerminalEvent = z.infer<typeof TerminalEvent>
