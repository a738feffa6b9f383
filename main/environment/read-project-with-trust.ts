import { isProductError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import type { Permission } from '../../shared/trust.ts'
import type { ReadProject } from '../definition/read-project.ts'
import type { Host } from '../host/host.ts'
import { isShared, isUnfetched, readProjectOffline } from '../lock/read-project-offline.ts'
import { type FetchOptions, readProjectOnline } from '../lock/read-project-online.ts'
import type { Project } from '../store/open-project.ts'
import { isTrusted, requireTrust } from '../trust/require-trust.ts'
import { permissionsOfLayer, permissionsOfProject } from './computer/project-permissions.ts'

/** The text in place of the requests of a feature that is not on this computer. */
const UNKNOWN = 'what is known, and asked, once it is fetched'

/**
 * The same as `readProjectOnline`, but asks no registry for an untrusted clone: its definition could name any registry, and so
 * make this computer contact internal services or send a person's credentials. First it needs trust for what is known
 * without a registry.
 * Errors: those of `readProjectOnline`, `not-trusted`.
 */
export async function readProjectWithTrust(
  host: Host,
  project: Project,
  options: FetchOptions,
  run: Run,
): Promise<ReadProject> {
  const known = await readBeforeConsent(host, project, options)
  if (known) {
    const layer = await permissionsOfLayer(host, project, known.read, known.requested)
    await requireTrust(host, project, known.requested, { layer })
  }
  return readProjectOnline(host, project, options, run)
}

/**
 * What is known of the definition of an untrusted clone and of its requests, except its commands on this computer, which
 * are requested when everything is known. Undefined if registries may be asked, or need not be.
 * Errors: those of `readProjectOffline`, but not `features-unread`.
 */
export async function readBeforeConsent(
  host: Host,
  project: Project,
  options: FetchOptions,
): Promise<{ read: ReadProject; requested: Permission[] } | undefined> {
  if (await isTrusted(host, project, [])) return undefined
  const { definition, update } = options
  const reading = { definition, shared: isShared(options) }
  const isWhole = await readProjectOffline(host.env, project, reading).then(
    () => true,
    (error: unknown) => {
      if (!isProductError(error, 'features-unread')) throw error
      return false
    },
  )
  if (isWhole && !update) return undefined
  const read = await readProjectOffline(host.env, project, { ...reading, unfetched: true })
  const isUnknown = (reference: string) => {
    const found = read.features[reference]
    return found !== undefined && isUnfetched(found.pin)
  }
  const requested = (await permissionsOfProject(host, project, read))
    .filter(({ kind }) => kind !== 'host-command')
    .map((one) =>
      one.kind === 'feature' && isUnknown(one.reference) ? { ...one, requests: [UNKNOWN] } : one,
    )
  return { read, requested }
}
