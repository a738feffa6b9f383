import path from 'node:path'
import { parseImageReference } from '../../../shared/image-reference.ts'
import { invalid, type Origin, type Path, unsupported } from '../devcontainer/document/source-position.ts'

/**
 * Where a feature comes from, by the key under which "features" or "dependsOn" names it
 * (https://containers.dev/implementors/features/#referencing-a-feature).
 */
export type FeatureReference =
  | {
      kind: 'registry'
      /** In lower case, with its tag or digest: what the lock knows it by. */
      id: string
      /** As the definition or another feature writes it: what other tools lock it by. */
      written: string
      /** Registry and repository: what "installsAfter" and "overrideFeatureInstallOrder" know it by. */
      repository: string
      /** `latest` where none is written and there is no digest. */
      tag?: string
      /** `sha256:…` */
      digest?: string
    }
  | {
      kind: 'folder'
      /** Relative to the project's folder, with forward slashes. */
      id: string
    }
  | {
      kind: 'tarball'
      /** The address. */
      id: string
      /** As for one of a registry. */
      written: string
    }

/** Where the collection of the first features was published when the short names were given up. */
const COLLECTION = 'ghcr.io/devcontainers/features'
/** `owner/repository/name@version` or `name`: two older forms, which the specification no longer has. */
const SHORT = /^[a-z0-9][a-z0-9_-]*$/i
const RELEASE = /^[^/@:]+\/[^/@:]+\/[^/@:]+(?:@\S+)?$/

/** Whether a name is of a form that the specification no longer has. */
export const isFormerName = (written: string): boolean => SHORT.test(written) || RELEASE.test(written)

/** Whether the id of a feature names a registry: its first part has a dot or a port, or is this computer. */
export const isOfRegistry = (id: string): boolean => /^[^/]+[.:][^/]*\/|^localhost\//.test(id)

/**
 * Reads a key of "features" or "dependsOn". Registry names are the same in upper and lower case. `folder` is that of the
 * definition, relative to the project's folder.
 * Errors: definition-invalid; definition-unsupported for a short name, naming its successor.
 */
export function parseFeatureReference(
  written: string,
  folder: string,
  origin: Origin,
  at: Path,
): FeatureReference {
  if (written.startsWith('./') || written.startsWith('../'))
    return folderReference(written, folder, origin, at)
  if (path.posix.isAbsolute(written) || /^[a-z]:[\\/]/i.test(written)) {
    throw invalid(origin, at, `"${written}" must be a path relative to the folder of the definition`)
  }
  if (/^https?:\/\//i.test(written)) return tarballReference(written, origin, at)
  const id = written.toLowerCase()
  const parsed = parseImageReference(id)
  if (parsed !== undefined && isOfRegistry(id)) {
    const { repository, digest } = parsed
    return {
      kind: 'registry',
      id,
      written,
      repository,
      ...(digest === undefined ? { tag: parsed.tag ?? 'latest' } : { digest }),
    }
  }
  if (SHORT.test(written)) {
    throw unsupported(origin, at, written, `short names of features are gone; ${successorOf(id)}`)
  }
  if (RELEASE.test(written)) {
    throw unsupported(
      origin,
      at,
      written,
      'features of GitHub releases are gone; write the one of its registry',
    )
  }
  throw invalid(
    origin,
    at,
    `"${written}" is not a feature: expected REGISTRY/NAMESPACE/NAME:VERSION, ./FOLDER or https://…/devcontainer-feature-NAME.tgz`,
  )
}

/** Short names whose feature has another name today, and those that became an option of it. */
const SUCCESSORS: Record<string, [id: string, option?: string]> = {
  common: ['common-utils'],
  golang: ['go'],
  gradle: ['java', 'installGradle'],
  jupyterlab: ['python', 'installJupyterlab'],
  maven: ['java', 'installMaven'],
}
/** Short names without a successor in the collection. */
const GONE = ['fish', 'homebrew']

function successorOf(name: string): string {
  if (GONE.includes(name))
    return 'the collection has none of that name: choose one at https://containers.dev/features'
  const [id, option] = (Object.hasOwn(SUCCESSORS, name) && SUCCESSORS[name]) || [name]
  return option === undefined
    ? `write "${COLLECTION}/${id}:1"`
    : `write "${COLLECTION}/${id}:1" with its option "${option}"`
}

/**
 * A folder below that of the definition, or below `.devcontainer`, as the specification has it; any other is somebody
 * else's.
 */
function folderReference(written: string, folder: string, origin: Origin, at: Path): FeatureReference {
  const id = path.posix.join(folder, written).replace(/\/$/, '')
  const isNested = `${folder}/`.startsWith(USUAL)
  const isAround = id === folder || isWithin(folder, id)
  if (isAround || !(isWithin(id, folder) || (isNested && id.startsWith(USUAL)))) {
    throw invalid(
      origin,
      at,
      `"${written}" must be a folder below that of the definition, or below .devcontainer`,
    )
  }
  return { kind: 'folder', id }
}

const USUAL = '.devcontainer/'
const isWithin = (id: string, folder: string): boolean => {
  const inside = path.posix.relative(folder, id)
  return inside !== '' && inside !== '..' && !inside.startsWith('../')
}

/** The archive of a feature has its name (https://containers.dev/implementors/features-distribution/#directly-referencing-a-tarball). */
function tarballReference(written: string, origin: Origin, at: Path): FeatureReference {
  if (!URL.canParse(written)) throw invalid(origin, at, `"${written}" is not an address`)
  const url = new URL(written)
  if (url.protocol !== 'https:') throw invalid(origin, at, `"${written}" must be an https address`)
  if (url.username !== '' || url.password !== '') {
    throw invalid(origin, at, 'the address of a feature must hold no user and no password')
  }
  if (!/\/devcontainer-feature-[\w-]+\.tgz$/.test(url.pathname)) {
    throw invalid(origin, at, `"${written}" must end with devcontainer-feature-NAME.tgz`)
  }
  return { kind: 'tarball', id: url.href, written }
}
