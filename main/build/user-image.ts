import { productError } from '../../shared/errors.ts'
import { shortId, type VersionId } from '../../shared/ids.ts'
import type { Run } from '../../shared/operation.ts'
import { sanitize } from '../../shared/sanitize.ts'
import type { ChangedAccounts } from '../container/launch/accounts.ts'
import { appendLabels } from '../definition/dockerfile/pin-references.ts'
import { BuildFailure, buildImage } from '../docker/build/build-image.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { type ImageDetails, tagImage } from '../docker/images.ts'
import { imageName, repositoryOf } from '../history/image-names.ts'
import { adaptedLabel } from '../history/uid-remapped-image.ts'
import type { Project } from '../store/open-project.ts'
import { contextTar } from './context-tar.ts'
import { runAsRoot, userOfImage } from './run-as-root.ts'
import { stripOnbuild } from './strip-onbuild.ts'

const DOCKERFILE = 'Dockerfile'

/** All files of a user stay that user's, and not only those of the home. An image without `find` has these only. */
const GIVE = `if command -v find >/dev/null; then
  find / -xdev -user "$1" -exec chown -h "$2" {} +
  [ "$3" = "$4" ] || find / -xdev -group "$3" -exec chgrp -h "$4" {} +
elif [ "$5" != / ]; then chown -R "$2:$4" "$5"
fi`

const noFile = () => {
  throw productError('internal', { problem: 'the context has no files of the project' })
}

/** An image of a version in which its user has other ids, and the image's name. */
export interface UserImage {
  project: Project
  version: VersionId
  /** The version's image. */
  image: ImageDetails
  accounts: ChangedAccounts
  service: string
  name: string
}

/**
 * Builds an image upon that of a version in which one user has other ids, with all that is that user's, and returns its id.
 * An image in which this cannot be done is used as it is, with a warning.
 * Errors: `engine-refused`, `engine-unreachable`, `cancelled`.
 */
export async function buildUserImage(
  engine: Engine,
  { project, version, image, accounts, service, name }: UserImage,
  run: Run,
): Promise<string> {
  const { user, from, to, passwd, group, home } = accounts
  const title = `Give ${sanitize(user)} the user and group number ${to.uid}:${to.gid}`
  const step = { kind: 'step', id: `ids ${name}`, name: title, phase: 'build', subject: service } as const
  run.report({ ...step, state: 'running' })
  // The builder finds an image by its name only.
  await tagImage(engine, image.Id, repositoryOf(project.key), shortId(version))
  const base = `docker.io/${imageName(project.key, version)}`
  const triggered = new Map((image.Config.OnBuild ?? []).length > 0 ? [[base, image] as const] : [])
  const values = [from.uid, to.uid, from.gid, to.gid, home].map(String)
  const command = JSON.stringify(['/bin/sh', '-c', GIVE, 'sh', ...values])
  const instructions = ['COPY passwd group /etc/', `RUN ${command}`]
  const label = adaptedLabel({ image: image.Id, layers: (image.RootFS.Layers ?? []).length, ids: to })
  const build = (named: string) => {
    const extra = [
      { path: DOCKERFILE, content: appendLabels(runAsRoot(named, userOfImage(image), instructions), label) },
      { path: 'passwd', content: passwd },
      { path: 'group', content: group },
    ]
    const context = contextTar({ files: [], open: noFile, extra })
    return buildImage(
      engine,
      { context, dockerfile: DOCKERFILE, args: {}, tag: name },
      { ...run, report: () => {} },
    )
  }
  try {
    const built = await stripOnbuild(engine, { key: project.key, version }, triggered, run, (names) =>
      build(names[base] ?? base),
    )
    run.report({ ...step, state: 'done' })
    return built
  } catch (error) {
    run.report({ ...step, state: 'failed' })
    if (!(error instanceof BuildFailure)) throw error
    const why = error.output.filter((line) => line.trim() !== '').at(-1) ?? error.message
    const text = `${user} keeps the user number ${from.uid} of the image, and may not be able to write your files: ${why}`
    run.report({ kind: 'warning', text: sanitize(text) })
    return image.Id
  }
}
