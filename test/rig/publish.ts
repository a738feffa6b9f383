import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { buildImage, pushImage, splitReference } from './build-image.ts'
import { engineClient } from './engine.ts'
import { readFacts, rigPaths } from './home.ts'
import { RigError } from './rig-error.ts'

/**
 * Builds an image from a Dockerfile's text (and further files of its context, by path) and publishes it in
 * the rig's registry, from where the engine pulls it as `reference`. A tag that exists moves. Returns the
 * digest (`sha256:...`). The image itself does not stay on the engine; what its FROM pulled does.
 */
export async function publish(
  reference: string,
  dockerfile: string,
  files: Record<string, string> = {},
): Promise<string> {
  const paths = rigPaths()
  const facts = await readFacts(paths)
  if (!facts) throw new RigError('There is no private rig here.', 'Start it: npm run -s rig -- start')
  const registry = `127.0.0.1:${facts.port}`
  const docker = engineClient(paths)
  const folder = await mkdtemp(join(tmpdir(), 'pristine-publish-'))
  try {
    for (const [name, content] of Object.entries({ ...files, Dockerfile: dockerfile })) {
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), content)
    }
    const [repository, tag] = splitReference(reference)
    const built = `pristine-publish/${repository}:${tag}`
    await buildImage(docker, folder, built)
    const digest = await pushImage(docker, registry, built, reference)
    await docker.getImage(built).remove()
    return digest
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
