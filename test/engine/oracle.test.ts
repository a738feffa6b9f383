import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, realpath, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { connect } from '../../main/docker/connect.ts'
import { DEFINITIONS, type OracleDefinition } from './oracle/definitions.ts'
import { differences, observe } from './oracle/observe.ts'
import { PeerProject } from './oracle/peer.ts'
import { TestProject } from './test-project.ts'

async function placed(definition: OracleDefinition) {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'pristine-oracle-')))
  const top = path.join(root, definition.folder ?? 'project')
  for (const [name, content] of Object.entries(definition.files)) {
    const file = path.join(top, name)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, content)
  }
  if (definition.within !== undefined) await promisify(execFile)('git', ['init', '-q', top])
  return { root, folder: path.join(top, definition.within ?? '') }
}

test.each(DEFINITIONS)('$title', async (definition) => {
  const env = { ...process.env, CI: undefined, ...definition.env }
  const engine = await connect(env)
  const [there, here] = [await placed(definition), await placed(definition)]
  await using peer = new PeerProject(there.root, there.folder, env, engine)
  await using ours = new TestProject(here.root, here.folder, { ...env, PRISTINE_HOME: path.join(here.root, 'home') })
  const [theirUp, ourUp] = await Promise.all([peer.up(), ours.up()])
  if (!theirUp.containerId) throw new Error(JSON.stringify(theirUp))
  const look = { file: '.devcontainer/devcontainer.json', files: definition.look ?? [], labels: definition.labels ?? [] }
  const [theirs, mine] = await Promise.all([
    observe(engine, { ...there, container: theirUp.containerId, exec: (c) => peer.exec(c) }, look),
    observe(engine, { ...here, container: ourUp.environment.containers[0]?.id ?? '', exec: (c) => ours.exec(c) }, look),
  ])
  if (process.env['ORACLE_SHOW']) console.log(definition.title, theirs)
  expect(differences(theirs, mine)).toEqual(definition.differs ?? {})
})
