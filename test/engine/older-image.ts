import path from 'node:path'
import { imageTags } from '../../main/docker/images.ts'
import { LABEL } from '../../main/docker/labels.ts'
import { appendLedger } from '../../main/history/ledger.ts'
import { docker } from './docker.ts'
import type { TestProject } from './test-project.ts'

/**
 * Gives a version the image that an older Pristine made of it: with the list of what its hooks made in the workspace as
 * its label, or without any of it.
 */
export async function makeOlder(project: TestProject, ordinal: number, list = ''): Promise<void> {
  const key = await project.key()
  const repository = `pristine/${key}`
  const image = await docker().getImage(`${repository}:v${ordinal}`).inspect()
  const { Id, Config } = image
  const container = await docker().createContainer({
    Image: Id,
    Entrypoint: ['/bin/sh', '-c', list === '' ? 'rm -rf /workspaces' : 'true'],
    Cmd: [],
    User: '0',
    // Podman commits the container's own labels.
    Labels: { [LABEL.content]: list },
  })
  await container.start()
  await container.wait()
  const { Id: older } = await container.commit({
    _query: { container: container.id },
    // What is left out, the engine takes from the container.
    _body: { ...Config, Labels: { ...Config.Labels, [LABEL.content]: list } },
  } as object)
  await container.remove()
  for (const name of imageTags(image)) {
    await docker()
      .getImage(older)
      .tag({ repo: repository, tag: name.slice(repository.length + 1) })
  }
  const versions = await project.versions()
  const id = versions.find((version) => version.ordinal === ordinal)?.id
  if (!id) throw new Error(`There is no v${ordinal}`)
  const home = path.join(project.env['PRISTINE_HOME'] ?? '', 'projects', key)
  await appendLedger(home, { kind: 'built', version: id, ordinal, image: older, because: [] })
}
