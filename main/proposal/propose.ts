import { createHash } from 'node:crypto'
import { canonical } from '../../shared/canonical.ts'
import { isProductError, productError } from '../../shared/errors.ts'
import { lacksDefinition, type Proposal, type ProposedFile, proposedText } from '../../shared/proposal.ts'
import { findCompose, findDefinition } from '../definition/devcontainer/find-definition.ts'
import type { ProjectPaths } from '../files/project-paths.ts'
import { chooseStack } from './choose-stack.ts'
import type { Draft } from './draft/draft.ts'
import { ProjectReader } from './draft/project-reader.ts'
import { missingServices } from './missing-services.ts'
import { render } from './render-proposal.ts'

/** For a project in which nothing is recognised. */
const PLAIN: Draft = {
  stack: 'Debian',
  from: '',
  base: {
    image: 'debian:bookworm',
    because: {
      reason: 'Nothing in the folder shows what it is made with: a Debian to begin with.',
      from: null,
    },
  },
  settings: [],
  dependencies: [],
}

/**
 * Proposes a definition for a project that has none, from the files in its folder. Only reads files, contacts nothing,
 * and gives the same result for the same files. An unreadable file is reported as a warning.
 * Errors: `project-missing`, `definition-exists`.
 */
export async function propose(project: ProjectPaths): Promise<Proposal> {
  await assertNone(project)
  const look = await ProjectReader.into(project)
  const choice = await chooseStack(look)
  const draft = choice?.draft ?? PLAIN
  const compose = await findCompose(project)
  if (compose !== undefined) {
    look.warn(`${compose} is no part of this: a devcontainer.json that names it runs its services.`)
  }
  const services = missingServices(draft.dependencies)
  if (services !== undefined) look.warn(services)
  if (!draft.settings.some(({ key }) => key === 'remoteUser')) {
    look.warn('Commands run as root: on Linux, files that they make in the folder belong to root.')
  }
  const files = render(draft)
  return {
    fingerprint: fingerprintOf(files),
    stack: choice ? draft.stack : null,
    chosen: choice?.reason ?? null,
    files,
    warnings: look.warnings,
  }
}

/** What is written is the texts; why they are so may be worded differently. */
const fingerprintOf = (files: ProposedFile[]): string =>
  createHash('sha256')
    .update(canonical(files.map((file) => ({ file: file.file, text: proposedText(file) }))))
    .digest('hex')

/**
 * Whatever would be read in the proposal's place is one already, also what cannot be used. Not Compose files alone: a
 * proposal is read before them, and its environment can be run.
 */
async function assertNone(project: ProjectPaths): Promise<void> {
  const found = await findDefinition(project).catch((error: unknown) => {
    if (isProductError(error) && lacksDefinition(error)) return undefined
    if (isProductError(error, 'definition-ambiguous'))
      return { kind: 'devcontainer', file: String((error.data['files'] as string[])[0]) }
    throw error
  })
  if (found?.kind === 'compose') return
  if (found) throw productError('definition-exists', { file: found.file })
}
