import * as z from 'zod/mini'
import { ProjectKey } from './ids.ts'

const amount = z.number().check(z.nonnegative())

/** What one service of a running environment uses; null where the engine does not measure it. */
export const ServiceUsage = z.strictObject({
  project: ProjectKey,
  service: z.string(),
  /** Processors: 0.5 is one half of the time of one of them. */
  cpu: amount,
  /** Bytes, without files that the system keeps in memory and can drop. */
  memory: amount,
  /** Bytes a second over its networks. */
  network: z.nullable(z.strictObject({ received: amount, sent: amount })),
  /** Bytes a second from and to block devices. */
  disk: z.nullable(z.strictObject({ read: amount, written: amount })),
})
export type ServiceUsage = z.infer<typeof ServiceUsage>

type Used = Pick<ServiceUsage, 'cpu' | 'memory' | 'network' | 'disk'>

/** What two use together; what only one of them is measured by counts as it is. */
export const usedTogether = (one: Used, other: Used): Used => ({
  cpu: one.cpu + other.cpu,
  memory: one.memory + other.memory,
  network:
    one.network && other.network
      ? {
          received: one.network.received + other.network.received,
          sent: one.network.sent + other.network.sent,
        }
      : (one.network ?? other.network),
  disk:
    one.disk && other.disk
      ? { read: one.disk.read + other.disk.read, written: one.disk.written + other.disk.written }
      : (one.disk ?? other.disk),
})

/** What `usage.watch` streams: all services that run, at one time in milliseconds since 1970. */
export const UsageSample = z.strictObject({ at: z.int(), services: z.array(ServiceUsage) })
export type UsageSample = z.infer<typeof UsageSample>
