import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { devcontainerId } from '../../../../main/definition/devcontainer/document/devcontainer-id.ts'
import { whyBorrowed } from '../../../rig/borrowed-engine.ts'
import {
  localFeatureFixtures,
  PUBLISHED_FEATURES,
  publishFeatureFixtures,
} from '../../../rig/feature-fixtures.ts'
import { retag } from '../../../rig/retag.ts'
import { devcontainer } from '../../test-project.ts'
import { keptAnswer, peerManifest } from '../kept.ts'
import type { Observation } from '../observe.ts'
import type { MergeDefinition } from './definitions.ts'
import { factsOf } from './facts.ts'
import { mergedByPristine } from './ours.ts'
import { mergedByPeer } from './peer.ts'

const BASE = 'busybox:1.36'

/** Both tools' reading of one definition. Nothing is built, and nothing is written into the project. */
export async function mergedByBoth(
  definition: MergeDefinition,
): Promise<{ peer: Observation; ours: Observation }> {
  const { label, features = [], files = {}, within = '', env: more } = definition
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'pristine-merge-')))
  try {
    const image = label === undefined ? BASE : labelledImage(label)
    const folder = path.join(root, 'project', within)
    const written = {
      ...devcontainer(withImage(definition.json, image)),
      ...(await localFeatureFixtures(features)),
      ...files,
    }
    for (const [name, content] of Object.entries(written)) {
      const file = path.join(folder, name)
      await mkdir(path.dirname(file), { recursive: true })
      await writeFile(file, await withPublished(content.replaceAll('IMAGE', image)))
    }
    const env = { ...process.env, CI: undefined, PRISTINE_HOME: path.join(root, 'home'), ...more }
    const place = placeless(root, folder)
    const askPeer = async () => {
      if (label !== undefined) await publishLabelled(label)
      return place(factsOf(await mergedByPeer(folder, path.join(root, 'cache'), env)))
    }
    const [peer, ours] = await Promise.all([
      whyBorrowed() ? askPeer() : keptAnswer(await decidingValues(label, written, more), askPeer),
      mergedByPristine(folder, label === undefined ? undefined : JSON.stringify(label), env),
    ])
    return { peer, ours: place(factsOf(ours)) }
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

const withImage = (json: object, image: string): object => ('build' in json ? json : { image, ...json })

/** The rig's registry, by the name by which the CLI speaks plain HTTP to it. */
const registry = (): string => (process.env['PRISTINE_RIG_REGISTRY'] ?? '').replace(/^[^:]*/, 'localhost')

/** The image with this label. */
const labelledImage = (label: unknown): string => `${registry()}/${repositoryOf(label)}:1`

const NAMESPACE = 'merge-oracle/features'
let published: ReturnType<typeof publishFeatureFixtures> | undefined

/** A file that names features of the registry by their real names; `@DIGEST` becomes the digest of that feature. */
async function withPublished(text: string): Promise<string> {
  if (!text.includes(PUBLISHED_FEATURES)) return text
  published ??= publishFeatureFixtures(process.env['PRISTINE_RIG_REGISTRY'] ?? '', NAMESPACE, registry())
  const digests: Record<string, string> = await published
  return text
    .replaceAll(/\/([a-z]+)@DIGEST/g, (_, name: string) => `/${name}@${digests[name]}`)
    .replaceAll(PUBLISHED_FEATURES, `${registry()}/${NAMESPACE}`)
}

const publishLabelled = (label: unknown): Promise<string> =>
  retag(BASE, `${repositoryOf(label)}:1`, { 'devcontainer.metadata': JSON.stringify(label) })

/** One for each label: a registry does not take the same blob twice at a time. */
const repositoryOf = (label: unknown): string =>
  `merge-oracle/${createHash('sha256').update(JSON.stringify(label)).digest('hex').slice(0, 16)}`

/** All that decides what the peer answers. */
async function decidingValues(label: unknown, ...values: unknown[]): Promise<unknown[]> {
  const asking = ['facts.ts', 'peer.ts', 'place.ts'].map((name) => path.join(import.meta.dirname, name))
  const texts = await Promise.all([peerManifest(), ...asking].map((file) => readFile(file, 'utf8')))
  return [label, ...values, ...texts]
}

/** The CLI knows an environment's identifier once there is a container. */
function placeless(root: string, folder: string): (facts: Observation) => Observation {
  const id = devcontainerId({
    'devcontainer.config_file': path.join(folder, '.devcontainer/devcontainer.json'),
    'devcontainer.local_folder': folder,
  })
  const place = (text: string) => text.replaceAll(id, `\${devcontainerId}`).replaceAll(root, '<root>')
  return (facts) =>
    Object.fromEntries(Object.entries(facts).map(([name, value]) => [place(name), place(value)]))
}
