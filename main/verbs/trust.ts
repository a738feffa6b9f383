import { isProductError, productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import type { Permission, PermissionRequest } from '../../shared/trust.ts'
import type { ReadProject } from '../definition/read-project.ts'
import { permissionsOfLayer, permissionsOfProject } from '../environment/computer/project-permissions.ts'
import { readBeforeConsent } from '../environment/read-project-with-trust.ts'
import type { Host } from '../host/host.ts'
import { readProjectOffline } from '../lock/read-project-offline.ts'
import { readProjectOnline } from '../lock/read-project-online.ts'
import { silentRun } from '../operation/silent-run.ts'
import { planReading } from '../plan/plan.ts'
import type { Project } from '../store/open-project.ts'
import { sorted, withFiles } from '../trust/decide-trust.ts'
import { changedSinceGrant, filesOfCommands } from '../trust/host-command-files.ts'
import { grant, permissionRequest } from '../trust/require-trust.ts'
import { recordShown } from '../trust/shown-requests.ts'
import { readRefusal, readTrust, writeTrust } from '../trust/trust-record.ts'

/**
 * The permissions that a project's definition requests now, and which of them are granted. Contacts only the registries
 * of features that are not known yet, and none for an untrusted clone. What an image itself requests is known only after
 * a refusal.
 * Errors: those of the definition, `lock-invalid`, `lock-foreign-pin`; those of fetching features; `cancelled`.
 */
export async function showTrust(
  host: Host,
  project: Project,
  definition: string | undefined,
  run: Run,
): Promise<PermissionRequest> {
  const known = await readBeforeConsent(host, project, { definition })
  if (known) return requestOf(host, project, known.read, run, known.requested)
  return requestOf(host, project, await readProjectOnline(host, project, { definition }, run), run)
}

async function requestOf(
  host: Host,
  project: Project,
  read: ReadProject,
  run: Run,
  known?: Permission[],
): Promise<PermissionRequest> {
  const requested = known ?? (await permissionsOfProject(host, project, read))
  const refusal = await readRefusal(host, project.key)
  // It applies only to today's version.
  const wanted =
    refusal && (await planReading(host, project, read, { frozen: true }, silentRun()).catch(() => undefined))
  const ofImage = refusal && refusal.version === wanted?.id ? refusal.capabilities : []
  const all = [...requested, ...ofImage]
  const files = await filesOfCommands(host, project, all, run.signal)
  const changed = files && (await changedSinceGrant(host.home, project, files))
  const request = await permissionRequest(host, project, sorted(files ? withFiles(all, files.sha256) : all), {
    ...(changed && { changedFiles: changed }),
    layer: await permissionsOfLayer(host, project, read, requested),
  })
  if (!request.granted) await recordShown(host, project.key, request)
  return request
}

/**
 * Grants a request that was shown. Earlier grants of the folder stay. Returns the resulting request.
 * Errors: `trust-outdated` if the request has changed since, those of the definition.
 */
export async function grantTrust(
  host: Host,
  project: Project,
  fingerprint: string,
  definition: string | undefined,
  run: Run,
): Promise<PermissionRequest> {
  const request = await showTrust(host, project, definition, run)
  if (request.fingerprint !== fingerprint && request.anyFiles !== fingerprint)
    throw productError('trust-outdated', { name: project.name })
  await grant(host, project, request, fingerprint, request.ofLayer)
  return showTrust(host, project, definition, run)
}

/**
 * Revokes everything that was granted to a project, and contacts nothing. A running environment keeps running, but does
 * not start again. Returns what the definition requests now; null with a warning if it cannot be read.
 * Errors: `storage-failed`, `cancelled`.
 */
export async function revokeTrust(
  host: Host,
  project: Project,
  definition: string | undefined,
  run: Run,
): Promise<PermissionRequest | null> {
  const record = await readTrust(host, project.key)
  if (record?.grant) {
    const { grant: _, ...rest } = record
    await writeTrust(host, project.key, rest)
  }
  try {
    return await requestOf(host, project, await readProjectOffline(host.env, project, { definition }), run)
  } catch (error) {
    if (!isProductError(error) || error.code === 'cancelled') throw error
    const text = `What ${project.name} requests is not shown: ${error.message} ${error.why ?? ''}`.trim()
    run.report({ kind: 'warning', text })
    return null
  }
}
