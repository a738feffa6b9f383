import { lstat, realpath } from 'node:fs/promises'
import path from 'node:path'
import type { Feature, Warning } from '../../../shared/definition.ts'
import { type ErrorData, productError } from '../../../shared/errors.ts'
import { sanitize } from '../../../shared/sanitize.ts'
import type { ProjectPaths } from '../../files/project-paths.ts'
import { readText } from '../../files/read-text.ts'
import { realPathInProject } from '../../files/real-path-in-project.ts'
import { type Document, parseJsonc } from '../devcontainer/document/jsonc.ts'
import type { DevcontainerJson, WrittenFeatures } from '../devcontainer/document/schema.ts'
import { invalid, type Origin, type Path } from '../devcontainer/document/source-position.ts'
import { validate } from '../devcontainer/document/validate.ts'
import { parseMount } from '../devcontainer/run/parse-mounts.ts'
import { readPrivileges } from '../devcontainer/run/run-config.ts'
import { imageVariables, metadataEntry } from './container-settings.ts'
import type { FeatureContent, FindFeature, RemoteReference } from './feature-content.ts'
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

/** The features of a definition in the order of their installation, and remarks on them. */
export interface ReadFeatures {
  features: Feature[]
  warnings: Warning[]
}

/**
 * The features of a definition, with those that they depend on, in the order of their installation. `origin` is that of
 * the definition, whose `file` is relative to the project's folder. `find` finds those that are not in the repository;
 * without it they are left out. Only reads.
 * Errors: definition-invalid, definition-unsupported, each with the place in the definition or in the feature's own file;
 * features-unread for those that `find` does not have, all of them.
 */
export async function readFeatures(
  json: Pick<DevcontainerJson, 'features' | 'overrideFeatureInstallOrder'>,
  origin: Origin,
  project: ProjectPaths,
  find?: FindFeature,
): Promise<ReadFeatures> {
  const folder = path.posix.dirname(origin.file)
  const reader = new FeatureReader(project, origin.file, find)
  const nodes = await reader.readAll(json.features ?? {}, origin, ['features'], [])
  const unread = [...reader.unread.values()]
  if (unread.length > 0) throw productError('features-unread', { file: origin.file, features: unread })
  const override = (json.overrideFeatureInstallOrder ?? []).map((name, at) =>
    softNameOf(name, folder, origin, ['overrideFeatureInstallOrder', at]),
  )
  return {
    features: installOrder(nodes, override, origin.file).map(({ feature }) => feature),
    warnings: [...reader.warnings.values()],
  }
}

class FeatureReader {
  readonly warnings = new Map<string, Warning>()
  /** By reference: what is not on this computer. */
  readonly unread = new Map<string, ErrorData<'features-unread'>['features'][number]>()
  private readonly project: ProjectPaths
  /** The definition. */
  private readonly file: string
  private readonly folder: string
  private readonly find: FindFeature | undefined
  private count = 0
  private optionsLength = 0

  constructor(project: ProjectPaths, file: string, find: FindFeature | undefined) {
    this.project = project
    this.file = file
    this.folder = path.posix.dirname(file)
    this.find = find
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
      const read = await this.read(reference, chosenOptions(options), origin, place, above)
      if (read) found.push(read)
    }
    return found
  }

  /** Undefined for one that cannot be read yet. */
  private async read(
    reference: FeatureReference,
    chosen: OptionValues,
    origin: Origin,
    at: Path,
    above: string[],
  ): Promise<Found | undefined> {
    const { id } = reference
    if (above.includes(id)) {
      throw invalid(
        origin,
        at,
        `the features ${[...above, id].map((one) => `"${one}"`).join(' -> ')} need each other`,
      )
    }
    const content = reference.kind === 'folder' ? undefined : await this.contentOf(reference, origin, at)
    if (reference.kind !== 'folder' && !content) return undefined
    const document = content
      ? parseJsonc(`devcontainer-feature.json of ${id}`, content.metadata, id)
      : await this.metadataOf(id, origin, at)
    const metadata = validate(FeatureMetadata, document.value, document)
    requireSettings(metadata, document)
    if (reference.kind !== 'folder') this.remark(reference, metadata)
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
      names: namesOf(reference, metadata),
      ...(reference.kind === 'registry' && { tag: reference.tag }),
      content: content?.pin.integrity ?? id,
      options: chosen,
      dependsOn: await this.readAll(metadata.dependsOn ?? {}, document, ['dependsOn'], [...above, id]),
      installsAfter: (metadata.installsAfter ?? []).map((name, index) =>
        softNameOf(name, this.folder, document, ['installsAfter', index]),
      ),
      feature,
    }
  }

  private async contentOf(
    reference: RemoteReference,
    origin: Origin,
    at: Path,
  ): Promise<FeatureContent | undefined> {
    if (!this.find) return undefined
    const content = await this.find(this.file, reference)
    if (!content) {
      const { line, column } = origin.at(at)
      const place = [origin.file, line, column].filter((part) => part !== undefined).join(':')
      this.unread.set(reference.id, { reference: reference.id, at: place })
    }
    return content
  }

  private remark({ id }: RemoteReference, { deprecated, documentationURL }: FeatureMetadata): void {
    if (!deprecated) return
    const more = documentationURL === undefined ? '' : `: see ${sanitize(documentationURL)}`
    const message = `The feature ${id} is deprecated by its authors${more}.`
    this.warnings.set(id, { code: 'feature-deprecated', message })
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

/** They are merged later, where nothing shows any more whose they are. */
function requireSettings(metadata: FeatureMetadata, document: Document): void {
  for (const [at, mount] of (metadata.mounts ?? []).entries()) parseMount(mount, document, ['mounts', at])
  readPrivileges(metadata, document)
}

/** A feature that was renamed is known by all its names in the same collection, by whichever of them it is fetched. */
function namesOf(reference: FeatureReference, { id, legacyIds = [] }: FeatureMetadata): string[] {
  if (reference.kind !== 'registry') return [reference.id]
  const { repository } = reference
  const collection = path.posix.dirname(repository)
  return [repository, ...[id, ...legacyIds].map((name) => `${collection}/${name.toLowerCase()}`)]
}

/** What "installsAfter" and "overrideFeatureInstallOrder" mean by a name: no certain version of it, and perhaps nothing. */
function softNameOf(name: string, folder: string, origin: Origin, at: Path): string {
  if (isFormerName(name)) return name
  const reference = parseFeatureReference(name, folder, origin, at)
  return reference.kind === 'registry' ? reference.repository : reference.id
}
