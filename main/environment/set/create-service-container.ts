import { isProductError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/operation.ts'
import type { PortChoice } from '../../container/launch/choose-ports.ts'
import { connectionsOf } from '../../container/launch/compose-create-request.ts'
import { createLaunchContainer } from '../../container/launch/create-container.ts'
import { createRequest } from '../../container/launch/create-request.ts'
import type { Launch } from '../../container/launch/prepare-launch.ts'
import { packStackFiles } from '../../container/launch/secret-and-config-files.ts'
import type { PreparedData } from '../../data/volume-layers/prepare-data.ts'
import { contentHooks } from '../../definition/devcontainer/content-hooks.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { inspectContainer, removeContainer } from '../../docker/containers.ts'
import { LABEL } from '../../docker/labels.ts'
import { connectContainer } from '../../docker/networks.ts'
import { putTar } from '../../docker/put-files.ts'
import { inStartOrder } from './start-services.ts'
import type { Made, Member, Swap } from './swap.ts'

/**
 * Creates the container of a service with all of its networks. Errors: `variable-missing`, those of
 * `createLaunchContainer`; then what was created is removed, or `made` records that it may be left.
 */
export async function createServiceContainer(
  { engine, home, labels, image, launch: entry, onRemoved }: Swap,
  made: Pick<Made, 'set' | 'mayBeMore'>,
  data: Pick<PreparedData, 'resolve' | 'layers'>,
  launch: Launch,
  ports: PortChoice[],
  run: Run,
): Promise<Member> {
  const { set } = made
  const request = data.resolve(createRequest(launch.parts, ports, set.names))
  const own = launch === entry ? { Image: image, labels } : { Image: launch.parts.image.Id, labels: {} }
  const spec = {
    ...request,
    Image: own.Image,
    Labels: { ...own.labels, ...request.Labels, ...set.labels, [LABEL.home]: home },
  }
  const name = set.names.container(launch.service)
  const { composed } = launch.parts
  const files = composed && (await packStackFiles(composed))
  try {
    const id = await copyingContent(
      launch,
      () => createLaunchContainer(engine, launch, name, spec, run, { names: set.names, layers: data.layers }),
      run,
    )
    const further = composed ? connectionsOf(composed, set.names).slice(1) : []
    for (const { network, aliases } of further) await connectContainer(engine, network, id, aliases, run)
    return { launch, ports, mounts: request.HostConfig?.Mounts ?? [], id, files }
  } catch (error) {
    // A request without an answer may have been carried out, or may still be.
    const isOpen = isProductError(error, 'cancelled') || isProductError(error, 'engine-unreachable')
    const isUnknown =
      isOpen &&
      (await inspectContainer(engine, name).then(
        (found) => found === undefined,
        () => true,
      ))
    // Only the first failure is reported.
    await removeContainer(engine, name)
      .then(onRemoved)
      .catch(() => {
        made.mayBeMore = true
      })
    if (isUnknown) made.mayBeMore = true
    throw error
  }
}

/**
 * Creates the containers of all services of a set, and returns that of the first service, which is the first of `made`.
 * Each is added to `made` as soon as it exists, so that it can be removed. Errors: those of `createServiceContainer`.
 */
export async function createMembers(
  swap: Swap,
  made: Made,
  data: Pick<PreparedData, 'resolve' | 'layers'>,
  portsOf: (launch: Launch) => PortChoice[],
  run: Run,
): Promise<Member> {
  const { launch } = swap
  // An engine refuses to create a container that shares the processes of a container that does not exist.
  for (const one of inStartOrder([launch, ...launch.others]))
    made.members.push(await createServiceContainer(swap, made, data, one, portsOf(one), run))
  made.members.sort((a, b) => Number(b.launch === launch) - Number(a.launch === launch))
  const [entry] = made.members
  if (!entry) throw new TypeError('A set has a first service.')
  return entry
}

/**
 * Writes files into containers before they start. The engine mounts their volumes for this: call it after the old
 * containers that write to the layers of these volumes have stopped. Errors: those of the engine.
 */
export async function putStackFiles(engine: Engine, members: readonly Member[], run: Run): Promise<void> {
  for (const { id, files } of members) if (files) await putTar(engine, id, '/', files, run)
}

/** The number of files from which copying is reported as a step. */
const MANY_FILES = 1_000

/** Creates a container and reports the progress of the engine, which fills the container's volumes at the same time. */
async function copyingContent<T>({ parts, hooks }: Launch, create: () => Promise<T>, run: Run): Promise<T> {
  const files = parts.content?.count ?? 0
  if (files < MANY_FILES) return create()
  const who = contentHooks(hooks).join(' and ')
  const name = `Copy the ${files.toLocaleString('en')} files that ${who} made`
  const step = { kind: 'step', id: 'content', name, phase: 'start', subject: parts.service } as const
  run.report({ ...step, state: 'running' })
  try {
    const created = await create()
    run.report({ ...step, state: 'done' })
    return created
  } catch (error) {
    run.report({ ...step, state: 'failed' })
    throw error
  }
}
