import type { Run } from '../../shared/operation.ts'
import { call, reasonOf, statusOf } from './call.ts'
import type { Engine } from './connect.ts'
import { digestsIn, inspectImage } from './images.ts'
import { pullImage } from './pull.ts'
import { pulledDigest } from './pulled-digest.ts'
import { registryAuth } from './registry-auth.ts'
import { REGISTRY_REFUSALS, registryFailure } from './registry-failure.ts'

type Environment = Record<string, string | undefined>

/** How an engine says that it has no call that asks a registry for a digest. */
const NO_SUCH_CALL = /^Path \S+ is not supported$/

/**
 * The digest that a tag has today, asked of the registry through the engine, which uses its own mirrors, proxies,
 * certificates and the person's credentials. A multi-platform image answers with its index, so one digest serves
 * every platform. Undefined where the engine cannot ask (Podman).
 * Errors: `reference-unknown`, `registry-unreachable`, `registry-busy`, `cancelled`.
 */
export async function askDigest(
  engine: Engine,
  reference: string,
  env: Environment,
  signal: AbortSignal,
): Promise<string | undefined> {
  const authconfig = await registryAuth(reference, env)
  try {
    const answer = await call(
      `asking the registry for ${reference}`,
      (abortSignal) =>
        engine.docker.getImage(reference).distribution({ ...(authconfig && { authconfig }), abortSignal }),
      { signal, expected: REGISTRY_REFUSALS },
    )
    return (answer as { Descriptor: { digest: string } }).Descriptor.digest
  } catch (error) {
    if (statusOf(error) === undefined) throw error
    if (NO_SUCH_CALL.test(reasonOf(error))) return undefined
    throw registryFailure(reference, error)
  }
}

/**
 * The same, whatever the engine: one that cannot ask pulls the image. `full` is the reference with its registry,
 * repository and tag. Errors: those of asking and of pulling.
 */
export async function resolveDigest(
  engine: Engine,
  reference: string,
  full: string,
  env: Environment,
  run: Run,
): Promise<string> {
  const digest = await askDigest(engine, reference, env, run.signal)
  return digest ?? pulledDigest(engine, reference, full, env, run)
}

/**
 * The digest under which the engine already holds a tag, if it once came from a registry. Undefined where there are
 * several: which of them names the index of all platforms, only the registry knows.
 */
export async function localDigest(
  engine: Engine,
  reference: string,
  repository: string,
): Promise<string | undefined> {
  const digests = digestsIn(await inspectImage(engine, reference), repository)
  return digests.length === 1 ? digests[0] : undefined
}

/**
 * Brings a pinned image (`name@sha256:…`) onto the engine unless it is there. Errors: those of pulling.
 */
export async function ensureImage(
  engine: Engine,
  pinned: string,
  label: string,
  env: Environment,
  run: Run,
): Promise<void> {
  if (!(await inspectImage(engine, pinned, run))) await pullImage(engine, pinned, label, env, run)
}
