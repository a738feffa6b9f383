// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this

import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readProject } from '../../../main/definition/read-project.ts'
import type { Engine } from '../../../main/docker/connection/connect.ts'
import { checkComputer } from '../../../main/environment/computer/check-computer.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { expectError, FILE, makeProject } from '../definition/project.ts'

/** Checks a definition with an engine that has so much; returns the warnings. */
async function check(json: object, info: object = {}): Promise<string[]> {
  await using made = await makeProject({ 'dev.env': 'A=1\n', 'bad.env': 'A\n' })
  await mkdir(path.join(made.path, '.devcontainer'), { recursive: true })
  await writeFile(path.join(made.path, FILE), JSON.stringify({ image: 'debian', ...json }))
  const project = await openProject(made.path)
  const read = await readProject({}, project, undefined)
  const engine = { local: true, docker: { info: async () => info } } as unknown as Engine
  const warnings: string[] = []
  const report = (event: { kind: string; text?: string }) => warnings.push(event.text ?? event.kind)
  const run = { report, signal: new AbortController().signal } as unknown as Parameters<
    typeof checkComputer
  >[4]
  await checkComputer({ env: {} }, project, read, engine, run)
  return warnings
}

describe('before a build', () => {
  it('nothing is reported of what is there', async () => {
    const mounts = [
      'type=bind,source=/etc,target=/x',
      'type=bind,source=${localWorkspaceFolder}/new,target=/y',
    ]
    expect(await check({ mounts, runArgs: ['--env-file=dev.env'] })).toEqual([])
    expect(await check({ hostRequirements: { cpus: 2 } }, { NCPU: 2 })).toEqual([])
  })

  it('what the engine lacks is a warning', async () => {
    const hostRequirements = { cpus: 4, gpu: true }
    expect(await check({ hostRequirements }, { NCPU: 2, Runtimes: { runc: {} } })).toHaveLength(2)
    const runArgs = ['--gpus=all']
    expect(await check({ hostRequirements, runArgs }, { NCPU: 8, Runtimes: { nvidia: {} } })).toEqual([])
  })

  it('a missing file of variables, and one that is wrong, are reported', async () => {
    await expectError(check({ runArgs: ['--env-file', 'none.env'] }), 'env-file-unusable', {
      file: expect.stringMatching(/none\.env$/),
    })
    await expectError(check({ runArgs: ['--env-file', 'bad.env'] }), 'env-file-unusable', { line: 1 })
  })

  it.runIf(process.platform === 'linux')('a mount of what does not exist is told', async () => {
    const mounts = ['type=bind,source=/nowhere/at/all,target=/x']
    const data = { source: '/nowhere/at/all', target: '/x' }
    await expectError(check({ mounts }), 'mount-source-missing', data)
    expect(await check({ mounts: ['type=bind,source=/run/host-services/agent.sock,target=/x'] })).toEqual([])
  })
})
