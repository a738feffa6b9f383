import type { Run } from '../../shared/operation.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { call, reasonOf, statusOf } from '../docker/connection/engine-call.ts'
import { digestsIn, inspectImage, removeTag, tagImage } from '../docker/images.ts'
import type { RegistryAuth } from './auth-entry.ts'
import { pullImage } from './pull-image.ts'
import { registryAuth } from './registry-auth.ts'
import { REGISTRY_REFUSALS, registryFailure } from './registry-failure.ts'

type Environment = Record<string, string | undefined>
/** What an index lists, one entry a platform. */
type Index = { digest: string }[]

/**
 * The digest that a tag has today, on an engine that can only pull (Podman). `full` is the reference with its registry,
 * repository and tag. The image stays, by its digest; the tag on the engine is the person's, and names what it named.
 * Errors: those of pulling.
 */
export async function pulledDigest(
  engine: Engine,
  reference: string,
  full: string,
  env: Environment,
  run: Run,
): Promise<string> {
  const [repository, tag] = splitTag(full)
  const before = await inspectImage(engine, full, run)
  await pullImage(engine, full, reference, env, run)
  const pulled = await inspectImage(engine, full, run)
  try {
    const digest = await todaysDigest(engine, reference, full, digestsIn(pulled, repository), env, run)
    // Without a name of its own the image would become dangling when the tag moves.
    await pullImage(engine, `${repository}@${digest}`, reference, env, { ...run, report: () => {} })
    return digest
  } finally {
    if (!before) await removeTag(engine, full)
    else if (before.Id !== pulled?.Id) await tagImage(engine, before.Id, repository, tag)
  }
}

function splitTag(full: string): [repository: string, tag: string] {
  const at = full.lastIndexOf(':')
  return [full.slice(0, at), full.slice(at + 1)]
}

/**
 * Which of the digests of a pulled image its tag has. A multi-platform image has at least the index's digest and that
 * of its own platform, and the engine does not distinguish them: what they list is compared with what the tag lists.
 */
async function todaysDigest(
  engine: Engine,
  reference: string,
  full: string,
  digests: string[],
  env: Environment,
  run: Run,
): Promise<string> {
  const [only] = digests
  if (only !== undefined && digests.length === 1) return only
  const [repository] = splitTag(full)
  const authconfig = await registryAuth(reference, env)
  const listed = (name: string) => indexOf(engine, name, authconfig, run.signal)
  try {
    const today = await listed(full)
    for (const digest of digests) {
      if (today?.some((entry) => entry.digest === digest)) continue
      const index = await listed(`${repository}@${digest}`).catch((error: unknown) => {
        if (statusOf(error) === undefined) throw error
        // One of an earlier day may be gone from the registry.
        return []
      })
      if (JSON.stringify(index) === JSON.stringify(today)) return digest
    }
  } catch (error) {
    if (statusOf(error) === undefined) throw error
    throw registryFailure(reference, error)
  }
  throw registryFailure(reference, new Error('the tag moved while it was pulled'))
}

/**
 * What the index of a name lists in the registry; undefined when the name is a single image's. The call is Podman's own:
 * https://docs.podman.io/en/latest/_static/api.html#tag/manifests/operation/ManifestInspectLibpod
 */
async function indexOf(
  engine: Engine,
  name: string,
  authconfig: RegistryAuth | undefined,
  signal: AbortSignal,
): Promise<Index | undefined> {
  const ask = (abortSignal: AbortSignal) =>
    new Promise<{ manifests?: Index | null }>((resolve, reject) => {
      const path = `/v4.0.0/libpod/manifests/${name}/json`
      const request = { path, method: 'GET', abortSignal, statusCodes: { 200: true }, authconfig }
      engine.docker.modem.dial(request, (error: unknown, answer: unknown) =>
        error ? reject(error) : resolve(answer as { manifests?: Index | null }),
      )
    })
  try {
    const options = { signal, expected: REGISTRY_REFUSALS }
    return (await call(`asking the registry for ${name}`, ask, options)).manifests ?? undefined
  } catch (error) {
    if (SINGLE.test(reasonOf(error))) return undefined
    throw error
  }
}

/** How it reports that a name is not an index. */
const SINGLE = /single images? as manifest list|not a manifest list/i
