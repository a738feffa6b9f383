import { lstat, realpath } from 'node:fs/promises'
import path from 'node:path'
import type { Feature } from '../../../shared/definition.ts'
import type { ProjectPaths } from '../../files/project-paths.ts'
import { readText } from '../../files/read-text.ts'
import { realPathInProject } from '../../files/real-path-in-project.ts'
import { type Document, parseJsonc } from '../devcontainer/document/jsonc.ts'
import type { DevcontainerJson, WrittenFeatures } from '../devcontainer/document/schema.ts'
import { invalid, type Origin, type Path, unsupported } from '../devcontainer/document/source-position.ts'
import { validate } from '../devcontainer/document/validate.ts'
import { imageVariables, metadataEntry } from './contribution.ts'
import { FeatureMetadata } from './feature-metadata.ts'
import { chosenOptions, type OptionValues, optionValues, optionVariables } from './feature-options.ts'
import { type FeatureReference, isFormerName, parseFeatureReference } from './feature-reference.ts'
import { installOrder, type Node } from './install-order.ts'

/** A feature as it was found, which may be needed by several. */
interface Found extends Node {
  feature: Feature
}

/** More than any definition has; each may name others. */
const MAX_FEATURES = 200
/** Of all features together, in characters: what a person writes is some hundred. */
const MAX_OPTIONS_LENGTH = 256 * 1024

/**
 * The features of a definition, with those that they depend on, in the order of their installation. `origin` is that of
 * the definition, whose `file` is relative to the project's folder. Only reads.
 * Errors: definition-invalid, definition-unsupported, each with the place in the definition or in the feature's own file.
 */
export async function readFeatures(
  json: Pick<DevcontainerJson, 'features' | 'overrideFeatureInstallOrder'>,
  origin: Origin,
  project: ProjectPaths,
): Promise<Feature[]> {
  const folder = path.posix.dirname(origin.file)
  const reader = new FeatureReader(project, folder)
  const nodes = await reader.readAll(json.features ?? {}, origin, ['features'], [])
  const override = (json.overrideFeatureInstallOrder ?? []).map((name, at) =>
    softNameOf(name, folder, origin, ['overrideFeatureInstallOrder', at]),
  )
  return installOrder(nodes, override, origin.file).map(({ feature }) => feature)
}

class FeatureReader {
  private readonly project: ProjectPaths
  private readonly folder: string
  private count = 0
  private optionsLength = 0

  constructor(project: ProjectPaths, folder: string) {
    this.project = project
    this.folder = folder
  }

  /** `above`: the features that need these, to find a ring. */
  async readAll(written: WrittenFeatures, origin: Origin, at: Path, above: string[]): Promise<Found[]> {
    const found: Found[] = []
    for (const [name, options] of Object.entries(written)) {
      this.count += 1
      if (this.count > MAX_FEATURES) throw invalid(origin, at, `expected at most ${MAX_FEATURES} features`)
      const place = [...at, name]
      if (options === false) throw invalid(origin, place, `"${name}" is false; leave out what is not wanted`)
      this.optionsLength += JSON.stringify(options).length
      if (this.optionsLength > MAX_OPTIONS_LENGTH) {
        throw invalid(origin, place, 'the options of the features are longer than 256 KiB together')
      }
      const reference = parseFeatureReference(name, this.folder, origin, place)
      found.push(await this.read(reference, chosenOptions(options), origin, place, above))
    }
    return found
  }

  private async read(
    reference: FeatureReference,
    chosen: OptionValues,
    origin: Origin,
    at: Path,
    above: string[],
  ): Promise<Found> {
    if (reference.kind !== 'folder') {
      throw unsupported(origin, at, reference.id, 'features of a registry come in a later version')
    }
    const { id } = reference
    if (above.includes(id)) {
      throw invalid(
        origin,
        at,
        `the features ${[...above, id].map((one) => `"${one}"`).join(' -> ')} need each other`,
      )
    }
    const document = await this.metadataOf(id, origin, at)
    const metadata = validate(FeatureMetadata, document.value, document)
    const values = optionValues(metadata.options ?? {}, chosen, origin, at)
    const feature: Feature = {
      id,
      ...(metadata.version !== undefined && { version: metadata.version }),
      options: optionVariables(values, origin, at),
      env: imageVariables(metadata, document),
      metadata: metadataEntry(id, metadata),
    }
    return {
      id,
      names: [id],
      content: id,
      options: chosen,
      dependsOn: await this.readAll(metadata.dependsOn ?? {}, document, ['dependsOn'], [...above, id]),
      installsAfter: (metadata.installsAfter ?? []).map((name, index) =>
        softNameOf(name, this.folder, document, ['installsAfter', index]),
      ),
      feature,
    }
  }

  private async metadataOf(id: string, origin: Origin, at: Path): Promise<Document> {
    const real = await realPathInProject(this.project, id).catch(() => undefined)
    if (real !== path.join(await realpath(this.project.path), id)) {
      throw invalid(origin, at, `${id} is no folder of the project, or a link leads to it`)
    }
    for (const name of ['install.sh', 'devcontainer-feature.json']) {
      const stats = await lstat(path.join(this.project.path, id, name)).catch(() => undefined)
      if (!stats?.isFile()) throw invalid(origin, at, `the feature ${id} has no ${name}`)
    }
    const file = path.posix.join(id, 'devcontainer-feature.json')
    return parseJsonc(file, await readText(this.project, file))
  }
}

/** What "installsAfter" and "overrideFeatureInstallOrder" mean by a name: no certain version of it, and perhaps nothing. */
function softNameOf(name: string, folder: string, origin: Origin, at: Path): string {
  if (isFormerName(name)) return name
  const reference = parseFeatureReference(name, folder, origin, at)
  return reference.kind === 'registry' ? reference.repository : reference.id
}
