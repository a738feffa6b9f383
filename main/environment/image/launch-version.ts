import { productError } from '../../../shared/errors.ts'
import type { VersionId } from '../../../shared/ids.ts'
import type { Plan } from '../../../shared/plan.ts'
import type { EnvironmentContainer } from '../../container/environment-container.ts'
import { type Launch, prepareLaunch } from '../../container/launch/prepare-launch.ts'
import type { EnvironmentFacts } from '../../container/read-environment.ts'
import { plannedStack } from '../../definition/planned-stack.ts'
import { VersionFiles } from '../../definition/version-files.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { type ImageDetails, inspectImage } from '../../docker/images.ts'
import { findPlan } from '../../history/find-plan.ts'
import { findImage, findImages, unknownImages, type VersionImages } from '../../history/image-names.ts'
import { readHistory } from '../../history/read-history.ts'
import type { Host } from '../../host/host.ts'
import { AGENT_TARGET, agentFolderOf, sshAgentFolder } from '../../personal/ssh-agent-folder.ts'
import type { Project } from '../../store/open-project.ts'
import { requireTrust } from '../../trust/require-trust.ts'
import { permissionsOfPlan } from '../computer/project-permissions.ts'
import { readContent } from './read-image-content.ts'
import { updateRemoteUserUid } from './update-remote-user-uid.ts'

/**
 * The launch of an existing version on this computer. Only for the project's writer.
 * Errors: `version-gone`, `plan-lost`, `not-trusted`.
 */
export async function launchOfVersion(
  host: Host,
  project: Project,
  { id, ordinal, image: known }: { id: VersionId; ordinal: number; image?: string },
): Promise<Launch> {
  const engine = await host.engine()
  const image = await findImage(engine, project.key, { id, image: known })
  const plan = image && (await findPlan(host, project, id, image))
  const services = plan && unknownImages(plan)
  const images = plan && (await findImages(engine, project.key, { id, image: known, services }))
  if (!images) throw productError('version-gone', { ordinal })
  return launchOfImage(host, project, id, plan, images)
}

/**
 * The launch of an existing container: from its own image, whatever the image's name is now.
 * Errors: as `launchOfVersion`.
 */
export const launchOfContainer = (
  host: Host,
  project: Project,
  container: EnvironmentContainer,
): Promise<Launch> => launchOfContainers(host, project, container.version, [container])

/** The launch of an existing environment, with the launches of its other services. Errors: as `launchOfVersion`. */
export async function launchOfEnvironment(
  host: Host,
  project: Project,
  { containers, version }: Pick<EnvironmentFacts, 'containers' | 'version'>,
): Promise<Launch> {
  const [first] = containers
  if (!first) throw productError('environment-not-running', { name: project.name })
  return launchOfContainers(host, project, version ?? first.version, containers)
}

async function launchOfContainers(
  host: Host,
  project: Project,
  version: VersionId,
  containers: readonly EnvironmentContainer[],
): Promise<Launch> {
  const engine = await host.engine()
  const [first] = containers
  const found = await Promise.all(
    containers.map(async ({ service, image }) => [service, await inspectImage(engine, image)] as const),
  )
  const images = new Map(found.flatMap(([service, image]) => (image ? [[service, image]] : [])))
  if (images.size < containers.length) {
    const { versions } = await readHistory(host, project)
    const ordinal = versions.find((known) => known.id === version)?.ordinal ?? null
    throw productError('version-gone', { ordinal })
  }
  const image = first && images.get(first.service)
  const plan = await findPlan(host, project, version, image)
  const hasAgent = first?.mounts.includes(AGENT_TARGET)
  const agent = hasAgent ? agentFolderOf(host.home, project.key) : undefined
  // A container from before services had names is the only one.
  const named = plan.services.length > 1 ? images : new Map(plan.services.map(({ name }) => [name, image]))
  return launchOfPlan(host, project, version, plan, { images: named, agent, made: true })
}

/** The launch of a version whose plan and images are known. */
export async function launchOfImage(
  host: Host,
  project: Project,
  version: VersionId,
  plan: Plan,
  { image, further }: VersionImages,
): Promise<Launch> {
  const engine = await host.engine()
  const [first] = plan.services
  if (!first) throw productError('version-mismatch', { problem: 'The plan has no service.' })
  // An engine on another computer would look for the folder there.
  const agent = engine.local ? await sshAgentFolder(host.home, project.key) : undefined
  const images = new Map([[first.name, image], ...further])
  const launch = await launchOfPlan(host, project, version, plan, { images, agent })
  return updateRemoteUserUid(host.home, engine, launch)
}

/** What a version is launched from. */
interface From {
  /** By the participating services. */
  images: ReadonlyMap<string, ImageDetails | undefined>
  agent: string | undefined
  /** Whether its containers exist already. */
  made?: boolean
}

/** The launch of the first participating service of a plan, with those of the others. */
async function launchOfPlan(
  host: Host,
  project: Project,
  version: VersionId,
  plan: Plan,
  { images, agent, made = false }: From,
): Promise<Launch> {
  const layered = plan.layer !== undefined
  const files = await VersionFiles.open(host, project, version, plan.inputs)
  const stack = await plannedStack(host, project, { id: version, plan }, { made, files })
  // All at once, so that the person is asked only once.
  if (!made && plan.services.some(({ compose }) => compose)) {
    const requested = await permissionsOfPlan(host, project, plan, stack)
    await requireTrust(host, project, requested, layered ? { layer: { merged: requested } } : {})
  }
  const launches: Launch[] = []
  for (const [at, service] of plan.services.entries()) {
    const image = images.get(service.name)
    if (!image) continue
    const composed = stack.of(service.name)
    const own =
      at === 0 ? { made: await contentOf(await host.engine(), host, project, version, image), agent } : {}
    launches.push(
      await prepareLaunch(host, project, version, plan.file, service, image, {
        ...own,
        ...{ layered, composed, files },
      }),
    )
  }
  const [launch, ...others] = launches
  if (!launch) throw productError('version-mismatch', { problem: 'The plan has no service.' })
  return { ...launch, others }
}

const contentOf = (
  engine: Engine,
  { home }: Host,
  { key }: Project,
  version: VersionId,
  image: ImageDetails,
) => readContent(engine, home, { key, version, image })
