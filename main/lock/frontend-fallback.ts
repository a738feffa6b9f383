import type { Warning } from '../../shared/definition.ts'
import { isProductError, type ProductError, productError } from '../../shared/errors.ts'
import { parseImageReference, pinnedByHand } from '../../shared/image-reference.ts'
import type { Lock } from '../../shared/lock.ts'
import type { Frontend, FrontendNeed } from '../definition/dockerfile/frontend-needs.ts'
import type { ReadService } from '../definition/read-project.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { engineVersion } from '../docker/connection/engine-version.ts'

/** A frontend, and the Dockerfile that names it. */
export interface NamedFrontend extends Frontend {
  file: string
}

/** The frontends that need a pin, by reference. */
export function frontendsOf(
  services: Pick<ReadService, 'service' | 'reading'>[],
): Map<string, NamedFrontend> {
  const found = new Map<string, NamedFrontend>()
  for (const { service, reading } of services) {
    const { frontend } = reading
    if (frontend && service.source.kind === 'build' && pinnedByHand(frontend.reference) === undefined)
      found.set(frontend.reference, { ...frontend, file: service.source.dockerfile })
  }
  return found
}

/** The frontends among them that the engine's own one takes the place of. Sorted. */
export const builtinFrontends = ({ frontends = {} }: Lock): string[] => Object.keys(frontends).sort()

/**
 * Docker's own Dockerfile frontend, of which each engine with BuildKit contains a copy, wherever it is published. What
 * another frontend makes of a text is known to nobody else.
 */
const DOCKERS = /\/docker\/dockerfile(?:-upstream)?$/

/** Whether an error says that a frontend could not be had, and the engine's own one might do. */
export function mayBeBuiltin({ reference }: Frontend, error: unknown): error is Error {
  const { repository = '' } = parseImageReference(reference) ?? {}
  return DOCKERS.test(repository) && isNotHad(error)
}

/** Whether an error says that a registry does not give an image, and not that it gives another one. */
export const isNotHad = (error: unknown): error is ProductError =>
  isProductError(error, 'registry-unreachable') ||
  isProductError(error, 'reference-unknown') ||
  isProductError(error, 'platform-missing')

/**
 * Requires that the engine's own frontend knows everything that a Dockerfile uses. `at`: while the lock is made, for which
 * `cause` says why the frontend could not be had, or for a lock that says so. Error: `frontend-needed`.
 */
export async function requireBuiltin(
  engine: Engine,
  { file, reference, needs }: NamedFrontend,
  at: { cause: Error } | { lock: string },
): Promise<void> {
  const { name, version } = await engineVersion(engine)
  // Podman's builder uses no frontend at all, and refuses what it does not know.
  const lacking = name === 'Podman' ? undefined : lackingOf(needs, version)
  if (!lacking) return
  const { what, line } = lacking
  const [lock, cause] = 'lock' in at ? [at.lock, undefined] : [undefined, at.cause]
  throw productError(
    'frontend-needed',
    {
      file,
      line,
      reference,
      what,
      engine: `${name} ${version}`,
      ...(lock !== undefined && { lock }),
      ...(isProductError(cause) && { problem: cause.message }),
    },
    { cause },
  )
}

/** The first need that the frontend inside a Docker of this version does not meet; undefined if it meets all. */
export function lackingOf(needs: FrontendNeed[], version: string): FrontendNeed | undefined {
  const major = Number(/^\d+/.exec(version)?.[0] ?? 0)
  return needs.find(({ since }) => since === null || since > major)
}

/** Says of each frontend that the engine's own one takes its place. `file` is the lock's. */
export function frontendWarnings(file: string, lock: Lock, frontends: Map<string, NamedFrontend>): Warning[] {
  return builtinFrontends(lock).map((reference) => ({
    code: 'builtin-frontend',
    message:
      `${frontends.get(reference)?.file ?? 'The Dockerfile'} names ${reference}, which could not be had when ${file} was ` +
      `written: the engine's own Dockerfile frontend builds it, here and wherever this lock is used. "pristine lock ` +
      `--update ${reference}" tries again.`,
  }))
}
