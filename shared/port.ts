import * as z from 'zod/mini'

/** How a person opens a port; each is absent where nothing asks for it. */
export const PortUse = z.strictObject({
  /** What its program speaks, where that is not plain HTTP. */
  scheme: z.optional(z.literal('https')),
  /** Whether Open takes it before all others, or never. */
  opens: z.optional(z.enum(['first', 'never'])),
})
export type PortUse = z.infer<typeof PortUse>

export const PublishedPort = z.strictObject({
  container: z.int(),
  protocol: z.enum(['tcp', 'udp']),
  host: z.int(),
  address: z.string(),
  service: z.string(),
  label: z.optional(z.string()),
  ...PortUse.shape,
})
export type PublishedPort = z.infer<typeof PublishedPort>
