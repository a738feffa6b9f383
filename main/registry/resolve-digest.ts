import type { Run } from '../../shared/operation.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { call, reasonOf, statusOf } from '../docker/connection/engine-call.ts'
import { digestsIn, inspectImage } from '../docker/images.ts'
import { pullImage } from './pull-image.ts'
import { pulledDigest } from './pulled-digest.ts'
import { registryAuth } from './registry-auth.ts'
import { REGISTRY_REFUSALS, registryFailure } from './registry-failure.ts'

type Environment = Record<string, string | undefined>

/** How an engine reports that it has no API call to ask a registry for a digest. */
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
 * The same on any engine: one that cannot resolve pulls the image. `full` is the reference with its registry,
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

/** A tag as the engine has it. */
export interface LocalCopy {
  /** Its digests in a repository. Of several, only the registry knows which names the index of all platforms. */
  digests: string[]
  /** Whether they came from the registry. containerd's store gives one to what was built on this computer, too. */
  fromRegistry: boolean
}

/** What the engine itself has under a tag; undefined when it has nothing. */
export async function localCopy(
  engine: Engine,
  reference: string,
  repository: string,
): Promise<LocalCopy | undefined> {
  const image = await inspectImage(engine, reference)
  if (!image) return undefined
  const digests = digestsIn(image, repository)
  // Only that store returns the descriptor (Docker Engine API, "Inspect an image").
  return { digests, fromRegistry: digests.length > 0 && !('Descriptor' in image) }
}

/** Pulls a pinned image (`name@sha256:…`) unless the engine has it. Errors: those of pulling. */
export async function ensurePulled(
  engine: Engine,
  pinned: string,
  label: string,
  env: Environment,
  run: Run,
): Promise<void> {
  if (!(await inspectImage(engine, pinned, run))) await pullImage(engine, pinned, label, env, run)
}
