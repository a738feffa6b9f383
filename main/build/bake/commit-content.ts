import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { pack } from 'tar-stream'
import { listed } from '../../../shared/errors/wording.ts'
import { productError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/operation.ts'
import { sanitize } from '../../../shared/sanitize.ts'
import type { Launch } from '../../container/launch/prepare-launch.ts'
import { CONTENT_LIST, contentLabel, contentList, isEmpty, NO_CONTENT } from '../../data/baked-content.ts'
import { storeContentList } from '../../data/content-lists.ts'
import { isBelow } from '../../data/workspace-mount.ts'
import { contentHooks } from '../../definition/devcontainer/content-hooks.ts'
import { KNOWN_LOCKFILES } from '../../definition/devcontainer/known-lockfiles.ts'
import { commitContainer, type ImageConfig } from '../../docker/build/commit-container.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { engineVersion } from '../../docker/connection/engine-version.ts'
import { createContainer, removeContainer } from '../../docker/containers.ts'
import { copyFrom, copyInto } from '../../docker/copy-files.ts'
import type { ImageDetails } from '../../docker/images.ts'
import { LABEL } from '../../docker/labels.ts'
import { globMatches, globTokens } from '../../files/glob.ts'
import type { Home } from '../../store/home.ts'
import { type Captured, captureContent } from './capture-content.ts'
import { hookOwner } from './file-owner.ts'

/**
 * Takes what hooks made in a view into a layer of its own on top of an image, with the list of it, which is kept in the
 * data folder, too. Returns the new image's id, or the image's. Errors: `submodule-missing` where something was made in the
 * folder of a submodule that is not initialised; `storage-failed`, `cancelled`, those of the engine.
 */
export async function commitContent(
  engine: Engine,
  home: Home,
  launch: Launch,
  from: { container: string; image: string },
  copy: {
    root: string
    copied: Map<string, string>
    modules: string[]
    volumes: string[]
    targets: string[]
  },
  run: Run,
): Promise<string> {
  const { image, project, version } = launch.parts
  const inside = (at: string) => path.posix.relative(copy.root, at)
  const below = copy.targets.filter((at) => at !== copy.root && isBelow(at, copy.root))
  const mounted = below.filter((at) => !copy.volumes.includes(at)).map(inside)
  // What is made where a volume will be is the first content of that volume.
  for (const at of below) if (copy.volumes.includes(at)) copy.copied.delete(inside(at))
  const name = `pristine-${project.key}-bake-${randomBytes(3).toString('hex')}`
  const spec = {
    Image: from.image,
    // Never run: the engine makes no container without a command.
    Entrypoint: ['/'],
    Cmd: [],
    Labels: { [LABEL.project]: project.key, [LABEL.role]: 'bake' },
    HostConfig: { NetworkMode: 'none' },
  }
  try {
    const holder = await createContainer(engine, name, spec, run)
    const tar = await copyFrom(engine, from.container, copy.root, run)
    const into = pack()
    const listing = async (captured: Captured): Promise<string> => {
      const { folders, files, count, modules } = captured
      if (modules.length > 0)
        throw productError('submodule-missing', { modules, hooks: contentHooks(launch.hooks) })
      const list = contentList(isEmpty(captured) ? NO_CONTENT : { root: copy.root, folders, files, count })
      if (!isEmpty(captured)) {
        into.entry({ name: CONTENT_LIST.slice(1) }, list)
        await storeContentList(home, version, list)
      }
      into.finalize()
      reportContent(launch, captured, run)
      return list
    }
    const capturing = captureContent(tar, into, copy.root.slice(1), {
      copied: copy.copied,
      mounted,
      modules: copy.modules,
      isInput: isLockfile,
      owner:
        (await engineVersion(engine)).name === 'Podman'
          ? await hookOwner(engine, launch, holder, run)
          : undefined,
    }).then(listing)
    const sending = copyInto(engine, holder, '/', into, run)
    // An error of either end is the other's, and both promises have it: the stream need not throw it, too.
    into.on('error', () => {})
    capturing.catch((error: Error) => into.destroy(error))
    sending.catch((error: Error) => {
      into.destroy(error)
      tar.destroy(error)
    })
    const [list] = await Promise.all([capturing, sending])
    const isWhole = list === contentList(NO_CONTENT) && from.image !== image.Id
    const committed = isWhole
      ? from.image
      : await commitContainer(engine, holder, committedConfig(image.Config, list), run)
    await removeContainer(engine, name)
    return committed
  } catch (error) {
    await removeContainer(engine, name).catch(() => {})
    throw error
  }
}

const LOCKFILES = KNOWN_LOCKFILES.map((glob) => globTokens(glob, false) ?? [])
const isLockfile = (at: string): boolean => {
  const name = path.posix.basename(at)
  return LOCKFILES.some((tokens) => globMatches(tokens, name))
}

function reportContent({ hooks }: Launch, { changed, removed, inputs, lost }: Captured, run: Run): void {
  const who = contentHooks(hooks).join(' or ')
  const warn = (names: string[], text: (names: string) => string) => {
    if (names.length > 0) run.report({ kind: 'warning', text: text(sanitize(listed(names))) })
  }
  warn(
    changed,
    (names) => `${who} changed ${names} in its copy of the workspace. The folder itself stays as it is.`,
  )
  warn(
    removed,
    (names) =>
      `${who} removed ${names} in its copy of the workspace. The folder itself, and so the environment, stays as it is.`,
  )
  warn(
    inputs,
    (names) =>
      `${who} made ${names}, which would be part of the version: it is not put into the folder. Make it yourself and commit it.`,
  )
  warn(lost, (names) => `Of what ${who} made, ${names} could not be kept.`)
}

/**
 * The image's configuration for the commit, with the label of its content. The engine fills an absent command from the
 * container, so an entry point is always given, empty or not.
 */
export function committedConfig(config: ImageDetails['Config'], list: string): ImageConfig {
  return {
    ...config,
    Entrypoint: config.Entrypoint ?? [],
    Labels: {
      ...config.Labels,
      [LABEL.role]: 'version',
      [LABEL.project]: '',
      [LABEL.content]: contentLabel(list),
    },
  }
}
