import { readFile } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import { canonical } from '../../shared/canonical.ts'
import { isProductError } from '../../shared/errors.ts'
import { type ProjectKey, Sha256 } from '../../shared/ids.ts'
import { type OutdatedConsent, Permission, type PermissionRequest } from '../../shared/trust.ts'
import type { Home } from '../store/home.ts'
import { writeFileWhole } from '../store/write-file.ts'

/** How many of the requests that were shown last are kept. */
const KEPT = 8

/** What a person was shown under a fingerprint: the remote, and everything that needed their word. */
const Shown = z.strictObject({
  fingerprint: Sha256,
  remote: z.nullable(z.string()),
  needed: z.array(Permission),
})
type Shown = z.infer<typeof Shown>

type InHome = { home: Home }
export const shownFile = ({ home }: InHome, key: ProjectKey): string =>
  path.join(home.project(key), 'shown.json')

const shownOf = ({ fingerprint, remote, origin, capabilities, beyond }: PermissionRequest): Shown => ({
  fingerprint,
  remote,
  needed: origin === 'clone' ? capabilities : beyond,
})

async function readShown(host: InHome, key: ProjectKey): Promise<Shown[]> {
  try {
    return z.array(Shown).parse(JSON.parse(await readFile(shownFile(host, key), 'utf8')))
  } catch {
    return []
  }
}

/**
 * Records a request that is shown, so that a consent that comes too late can be answered with what changed. It decides
 * nothing: if it cannot be written, only that difference is unavailable.
 */
export async function recordShown(host: InHome, key: ProjectKey, request: PermissionRequest): Promise<void> {
  const known = await readShown(host, key)
  if (known[0]?.fingerprint === request.fingerprint) return
  const others = known.filter(({ fingerprint }) => fingerprint !== request.fingerprint)
  const text = `${JSON.stringify([shownOf(request), ...others].slice(0, KEPT))}\n`
  await writeFileWhole(shownFile(host, key), text).catch((error: unknown) => {
    if (!isProductError(error, 'storage-failed')) throw error
  })
}

/** A consent that is not for the request that needs a grant, and how the request differs; null without a consent. */
export async function outdatedConsent(
  host: InHome,
  key: ProjectKey,
  grants: readonly string[],
  request: PermissionRequest,
): Promise<OutdatedConsent | null> {
  const fingerprint = grants.at(-1)
  if (!fingerprint) return null
  const before = (await readShown(host, key)).find((shown) => shown.fingerprint === fingerprint)
  if (!before) return { fingerprint, since: null }
  const now = shownOf(request)
  const without = (all: readonly Permission[], others: readonly Permission[]) => {
    const known = new Set(others.map((one) => canonical(one)))
    return all.filter((one) => !known.has(canonical(one)))
  }
  const since = {
    more: without(now.needed, before.needed),
    less: without(before.needed, now.needed),
    remoteChanged: before.remote !== now.remote,
  }
  return { fingerprint, since }
}
