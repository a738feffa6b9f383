import { productError } from '../../shared/errors.ts'
import type { VersionId } from '../../shared/ids.ts'
import type { Run } from '../../shared/operation.ts'
import { appendLabels } from '../definition/dockerfile/pin-references.ts'
import { buildImage } from '../docker/build/build-image.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { inspectImage, removeTag, tagImage } from '../docker/images.ts'
import { LABEL } from '../docker/labels.ts'
import { buildingName } from '../history/image-names.ts'
import type { Project } from '../store/open-project.ts'
import { contextTar } from './context-tar.ts'
import { stripOnbuild } from './strip-onbuild.ts'

const DOCKERFILE = 'Dockerfile'

/**
 * Makes the image of an earlier version the one of `version`: the same layers with another label, so that an image is of one
 * version only. Returns the engine's id of it, which has its temporary build name.
 * Errors: those of building.
 */
export async function relabelImage(
  engine: Engine,
  { key }: Pick<Project, 'key'>,
  version: VersionId,
  id: string,
  run: Run,
): Promise<string> {
  const image = await inspectImage(engine, id, run)
  if (image?.Config.Labels?.[LABEL.version] === version) return id
  // The builder finds an image by its name only.
  const name = buildingName(key, version, { base: 0 })
  const [repository = '', tag = ''] = name.split(':')
  await tagImage(engine, id, repository, tag)
  const base = `docker.io/${name}`
  const triggered = new Map(image && (image.Config.OnBuild ?? []).length > 0 ? [[base, image] as const] : [])
  try {
    return await stripOnbuild(engine, { key, version }, triggered, run, (names) => {
      const content = appendLabels(`FROM ${names[base] ?? base}\n`, { [LABEL.version]: version })
      const context = contextTar({ files: [], open: noFile, extra: [{ path: DOCKERFILE, content }] })
      const quiet = { ...run, report: () => {} }
      return buildImage(
        engine,
        { context, dockerfile: DOCKERFILE, args: {}, tag: buildingName(key, version) },
        quiet,
      )
    })
  } finally {
    await removeTag(engine, name).catch(() => false)
  }
}

const noFile = () => {
  throw productError('internal', { problem: 'the context has no files of the project' })
}
