import { z } from 'zod'
import { ErrorReport } from './operation.ts'

/** Whether a container engine answers. */
export const EngineState = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('ready'),
    /** As the engine calls itself: "Docker", "Podman". */
    name: z.string(),
    version: z.string(),
    address: z.string(),
    local: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('down'), error: ErrorReport }),
])
export type EngineState = z.infer<typeof EngineState>
