import { isProductError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import { call, engineFailure, isBroken, NO_SPACE, reasonOf, statusOf } from './call.ts'
import type { Engine } from './connect.ts'
import { inspectImage } from './images.ts'
import { followProgress } from './progress.ts'
import { registryAuth } from './registry-auth.ts'
import { registryFailure } from './registry-failure.ts'
import { whileAnswering } from './while-answering.ts'

type Environment = Record<string, string | undefined>

/** The statuses with which an engine passes on what a registry said. */
const REGISTRY_REFUSALS = [400, 401, 403, 404, 429, 500, 502, 503]

/**
 * The digest that a tag has today, asked of the registry through the engine, which uses its own mirrors, proxies,
 * certificates and the person's credentials. A multi-platform image answers with its index, so one digest serves
 * every platform.
 * Errors: `reference-unknown`, `registry-unreachable`, `registry-busy`, `cancelled`.
 */
export async function resolveDigest(
  engine: Engine,
  reference: string,
  env: Environment,
  signal?: AbortSignal,
): Promise<string> {
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
    throw registryFailure(reference, error)
  }
}

/** The digest under which the engine already holds a tag, if it once came from a registry. */
export async function localDigest(
  engine: Engine,
  reference: string,
  repository: string,
): Promise<string | undefined> {
  const image = await inspectImage(engine, reference)
  const normal = (name: string) => name.replace(/^docker\.io\//, '').replace(/^library\//, '')
  const found = image?.RepoDigests?.find((entry) => normal(entry.split('@')[0] ?? '') === normal(repository))
  return found?.split('@')[1]
}

/**
 * Brings a pinned image (`name@sha256:…`) onto the engine unless it is there. Reports a step with its bytes.
 * Errors: `reference-unknown`, `registry-unreachable`, `registry-busy`, `registry-content`, `engine-unreachable`,
 * `disk-full`, `cancelled`.
 */
export async function ensureImage(
  engine: Engine,
  pinned: string,
  label: string,
  env: Environment,
  run: Run,
): Promise<void> {
  if (await inspectImage(engine, pinned, run)) return
  const id = `pull ${pinned}`
  const name = `Pull ${label}`
  run.report({ kind: 'step', id, name, state: 'running' })
  const authconfig = await registryAuth(pinned, env)
  try {
    const stream = await call(
      `pulling ${label}`,
      () => engine.docker.pull(pinned, { abortSignal: run.signal, ...(authconfig && { authconfig }) }),
      { signal: run.signal, deadline: 10 * 60_000, expected: REGISTRY_REFUSALS },
    )
    const layers = new Map<string, { done: number; total: number }>()
    await whileAnswering(engine, `pulling ${label}`, run.signal, (signal) =>
      followProgress(stream, signal, (message) => {
        if (!message.id || !message.progressDetail?.total || message.status !== 'Downloading') return
        layers.set(message.id, {
          done: message.progressDetail.current ?? 0,
          total: message.progressDetail.total,
        })
        const sum = [...layers.values()].reduce((a, b) => ({
          done: a.done + b.done,
          total: a.total + b.total,
        }))
        run.report({ kind: 'step', id, name, state: 'running', ...sum })
      }),
    )
  } catch (error) {
    run.report({ kind: 'step', id, name, state: 'failed' })
    if (isProductError(error)) throw error
    const isEngines = isBroken(error) || NO_SPACE.test(reasonOf(error))
    throw isEngines ? engineFailure(`pulling ${label}`, error) : registryFailure(label, error)
  }
  run.report({ kind: 'step', id, name, state: 'done' })
}
