import { isProductError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { call, engineFailure, isBroken, NO_SPACE, reasonOf } from '../docker/connection/engine-call.ts'
import { withHeartbeat } from '../docker/connection/heartbeat.ts'
import { followProgress } from '../docker/progress-stream.ts'
import { registryAuth } from './registry-auth.ts'
import { REGISTRY_REFUSALS, registryFailure } from './registry-failure.ts'

/**
 * Pulls an image, by tag or by digest. Reports a step with its bytes; `label` is what a person calls the image.
 * Errors: `reference-unknown`, `registry-unreachable`, `registry-busy`, `registry-content`, `engine-unreachable`,
 * `disk-full`, `cancelled`.
 */
export async function pullImage(
  engine: Engine,
  reference: string,
  label: string,
  env: Record<string, string | undefined>,
  run: Run,
): Promise<void> {
  const step = {
    kind: 'step',
    id: `pull ${reference}`,
    name: `Pull ${label}`,
    phase: 'pull',
    subject: label,
  } as const
  run.report({ ...step, state: 'running' })
  const authconfig = await registryAuth(reference, env)
  try {
    const stream = await call(
      `pulling ${label}`,
      () => engine.docker.pull(reference, { abortSignal: run.signal, ...(authconfig && { authconfig }) }),
      { signal: run.signal, deadline: 10 * 60_000, expected: REGISTRY_REFUSALS },
    )
    const layers = new Map<string, { done: number; total: number }>()
    await withHeartbeat(engine, `pulling ${label}`, run.signal, (signal) =>
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
        run.report({ ...step, state: 'running', ...sum })
      }),
    )
  } catch (error) {
    run.report({ ...step, state: 'failed' })
    if (isProductError(error)) throw error
    const isEngines = isBroken(error) || NO_SPACE.test(reasonOf(error))
    throw isEngines ? engineFailure(`pulling ${label}`, error) : registryFailure(label, error)
  }
  run.report({ ...step, state: 'done' })
}
