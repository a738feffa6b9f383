import { canonical } from '../../shared/canonical.ts'
import { productError } from '../../shared/errors.ts'
import {
  askingFeatures,
  type LayerRequests,
  type Permission,
  type PermissionRequest,
} from '../../shared/trust.ts'
import { readDeferred } from '../git/deferred-content.ts'
import { readRemote } from '../git/origin-remote.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'
import { decideTrust, ofLayer, sorted, type TrustState, withFiles } from './decide-trust.ts'
import { outdatedConsent, recordShown } from './shown-requests.ts'
import { recordOf, writeTrust } from './trust-record.ts'

/** What requiring trust needs: the data folder, and the fingerprints that a person granted with the command. */
export type TrustContext = Pick<Host, 'home' | 'grants'>

/**
 * What is known of a request. `changedFiles`: those of the project that changed since its commands were granted with them;
 * `layer`: which of it the person's own layer requests.
 */
interface RequestFacts {
  changedFiles?: string[]
  layer?: LayerRequests
}

/** The trust state of a folder for what it requests today. */
export async function permissionRequest(
  host: Pick<Host, 'home'>,
  project: Project,
  requested: readonly Permission[],
  facts: RequestFacts = {},
): Promise<PermissionRequest> {
  const [record, remote] = await Promise.all([recordOf(host, project), readRemote(project)])
  const { clone, grant } = record ?? {}
  const valid = grant && grant.folder === project.path && grant.remote === remote ? grant : undefined
  const request = decideTrust(
    {
      origin: clone ? 'clone' : 'folder',
      remote,
      defaults: !clone || valid !== undefined,
      granted: valid?.capabilities ?? [],
      grantedToLayer: valid?.ofLayer ?? [],
    },
    requested,
    facts.layer,
  )
  return request.anyFiles === null ? request : { ...request, changedFiles: facts.changedFiles ?? [] }
}

/**
 * Refuses what is not granted; a request whose fingerprint the person passed is granted now.
 * Errors: `not-trusted`, `storage-failed`.
 */
export async function requireTrust(
  host: TrustContext,
  project: Project,
  requested: readonly Permission[],
  facts: RequestFacts = {},
): Promise<void> {
  const request = await pendingRequest(host, project, requested, facts)
  if (!request) return
  const consent = host.grants.find((one) => one === request.fingerprint || one === request.anyFiles)
  if (consent === undefined) throw await notTrusted(host, project, request, facts.layer)
  await grant(host, project, request, consent, facts.layer)
}

/** Whether everything that a project requests is granted. */
export const isTrusted = async (
  host: Pick<Host, 'home'>,
  project: Project,
  requested: readonly Permission[],
  layer: LayerRequests = [],
): Promise<boolean> => (await pendingRequest(host, project, requested, { layer })) === undefined

/** The request of a project that needs a grant; undefined if everything is granted. */
async function pendingRequest(
  host: Pick<Host, 'home'>,
  project: Project,
  requested: readonly Permission[],
  facts: RequestFacts = {},
): Promise<PermissionRequest | undefined> {
  // Most folders need no remote, and git takes longer than everything else here.
  if (decideTrust(OWN_FOLDER, requested).granted && !(await recordOf(host, project))) return undefined
  const request = await permissionRequest(host, project, requested, facts)
  return request.granted ? undefined : request
}

/**
 * The same for work that needs only the default permissions, and `needed` of those that are requested.
 * Errors: `not-trusted`.
 */
export async function requireDefaultPermissions(
  host: Pick<Host, 'home'>,
  project: Project,
  requested: readonly Permission[],
  needed: readonly Permission[],
): Promise<void> {
  if (decideTrust(OWN_FOLDER, needed).granted && !(await recordOf(host, project))) return
  const request = await permissionRequest(host, project, requested)
  const texts = new Set(needed.map(canonical))
  const isLeft = (one: Permission) => request.beyond.includes(one) && !texts.has(canonical(one))
  if (request.asked.every(isLeft)) return
  throw await notTrusted({ ...host, grants: [] }, project, request)
}

/** The person's own folder, without a record. */
const OWN_FOLDER: TrustState = { origin: 'folder', remote: null, defaults: true, granted: [] }

/**
 * Grants a request under one of its fingerprints, in addition to what the folder was granted before at its place. What the
 * person's own layer requests is granted to the layer alone: code inside could write the same into the definition.
 * Errors: `storage-failed`.
 */
export async function grant(
  host: Pick<Host, 'home'>,
  project: Project,
  request: PermissionRequest,
  fingerprint: string,
  layer: LayerRequests = [],
): Promise<void> {
  const granted = fingerprint === request.anyFiles ? withFiles(request.beyond, 'any') : request.beyond
  const record = await recordOf(host, project)
  const before = record?.grant
  const same = before?.folder === project.path && before.remote === request.remote ? before : undefined
  const isOfLayer = ofLayer(layer, same?.capabilities ?? [])
  const toLayer = [...(same?.ofLayer ?? []), ...granted.filter(isOfLayer)]
  const toDefinition = granted.filter((one) => !isOfLayer(one))
  await writeTrust(host, project.key, {
    ...record,
    grant: {
      folder: project.path,
      remote: request.remote,
      capabilities: sorted([...(same?.capabilities ?? []), ...toDefinition]),
      ...(toLayer.length > 0 && { ofLayer: sorted(toLayer) }),
      at: new Date().toISOString(),
    },
  })
}

/** The refusal of a request, which is recorded as shown. */
async function notTrusted(
  host: TrustContext,
  project: Project,
  request: PermissionRequest,
  layer: LayerRequests = [],
): Promise<Error> {
  const { fingerprint, anyFiles, changedFiles, asked, origin } = request
  const [leftOut, other] = await Promise.all([
    readDeferred(host.home, project.key),
    outdatedConsent(host, project.key, host.grants, request),
  ])
  await recordShown(host, project.key, request)
  return productError('not-trusted', {
    name: project.name,
    fingerprint,
    anyFiles,
    changedFiles,
    asked,
    features: askingFeatures(request),
    layer,
    origin,
    leftOut,
    other,
  })
}
