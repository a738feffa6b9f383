import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { type PublishedFeature, publishFeature } from './publish-feature.ts'

const FOLDER = path.join(import.meta.dirname, '../fixtures/features')
const METADATA = 'devcontainer-feature.json'
/** Where the features are published as far as their own files say. */
export const PUBLISHED_FEATURES = 'registry.example/features'
/** A reference of one feature to another, as the files have it, with or without its tag. */
const REFERENCE = /registry\.example\/features\/([a-z]+)(:[\d.]+)?/g

/** The features of test/fixtures/features, by their names. */
const FEATURE_FIXTURES = [
  'account',
  'base',
  'daemon',
  'editor',
  'hooks',
  'renamed',
  'suite',
  'toolbox',
] as const
export type FeatureFixture = (typeof FEATURE_FIXTURES)[number]

/**
 * Publishes all of them in a registry (`127.0.0.1:PORT`) as `namespace/NAME`. `named` is how a definition names that registry,
 * and so do they among themselves, if it has another name: that of a front, or `localhost:PORT`. Returns the digests of
 * their manifests.
 */
export async function publishFeatureFixtures(
  registry: string,
  namespace: string,
  named: string = registry,
): Promise<Record<FeatureFixture, string>> {
  const digests = await Promise.all(
    FEATURE_FIXTURES.map(async (name): Promise<[FeatureFixture, string]> => {
      const feature = await readFixture(name, (other, tag) => `${named}/${namespace}/${other}${tag}`)
      for (const older of feature.metadata.legacyIds ?? [])
        await publishFeature(registry, `${namespace}/${older}`, feature)
      return [name, await publishFeature(registry, `${namespace}/${name}`, feature)]
    }),
  )
  return Object.fromEntries(digests) as Record<FeatureFixture, string>
}

/** Files of a project whose definition can name these features as `./NAME`; they name each other so, too. */
export async function localFeatureFixtures(
  names: readonly FeatureFixture[],
): Promise<Record<string, string>> {
  const folders = await Promise.all(
    names.map(async (name) => {
      const { metadata, files } = await readFixture(name, (other) => `./${other}`)
      return Object.entries({ ...files, [METADATA]: JSON.stringify(metadata, null, 2) }).map(
        ([file, content]): [string, string] => [`.devcontainer/${name}/${file}`, content],
      )
    }),
  )
  return Object.fromEntries(folders.flat())
}

/** `referenceTo`: how one feature names another, by its name and its tag (`:1`, or nothing). */
async function readFixture(
  name: FeatureFixture,
  referenceTo: (other: string, tag: string) => string,
): Promise<Pick<PublishedFeature, 'metadata' | 'files'>> {
  const folder = path.join(FOLDER, name)
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = found
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
  const files: Record<string, string> = {}
  for (const file of paths) files[path.relative(folder, file)] = await readFile(file, 'utf8')
  const { [METADATA]: text = '', ...others } = files
  const named = text.replace(REFERENCE, (_, other: string, tag = '') => referenceTo(other, tag))
  return { metadata: JSON.parse(named), files: others }
}
