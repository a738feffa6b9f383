// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this
import path from 'node:path'
import { expect, test } from 'vitest'
import {
  permissionsOfLaunch,
  permissionsWithoutImage,
} from '../../../main/container/launch/launch-permissions.ts'
import { type LaunchImage, resolveService } from '../../../main/container/launch/resolve-service.ts'
import { openHome } from '../../../main/store/home.ts'
import { openProject, type Project } from '../../../main/store/open-project.ts'
import { permissionsOfRequest } from '../../../main/trust/request-permissions.ts'
import type { Feature, RunConfig } from '../../../shared/definition.ts'
import type { ProjectKey } from '../../../shared/ids.ts'
import { expectError, FILE, makeProject, readRun } from '../definition/project.ts'

const MADE = { images: [], downloads: [], features: [], variables: [] }
const env = { TOKEN: 'secret' }
const host = { env, home: openHome({ PRISTINE_HOME: '/nowhere' }) }

async function inProject<T>(work: (project: Project) => Promise<T>): Promise<T> {
  await using made = await makeProject()
  return await work(await openProject(made.path))
}

const settled = (project: Project, run: RunConfig, image: LaunchImage = { Id: '', Config: {} }) =>
  resolveService(host, project, FILE, { name: 'app', run }, image, undefined)

test.each(['onCreateCommand', 'postCreateCommand', 'postStartCommand'])(
  'a variable in a %s of a feature or an image has to be granted',
  async (hook) => {
    const metadata = { id: 'f', [hook]: { a: ['echo', '${localEnv:TOKEN}'] } }
    const variables = await inProject(async (project) => {
      const run = await readRun({})
      const features = [{ id: 'f', metadata } as unknown as Feature]
      const ofFeature = await permissionsWithoutImage(host, project, FILE, MADE, {
        name: 'app',
        run,
        features,
      })
      const image = { Id: '', Config: { Labels: { 'devcontainer.metadata': JSON.stringify([metadata]) } } }
      const judged = {
        ...{ file: FILE, made: MADE, settled: settled(project, run, image) },
        ...{ composed: undefined, agent: undefined },
      }
      const ofImage = await permissionsOfLaunch(host, project, judged, {})
      return [ofFeature, ofImage].map((all) => all.filter(({ kind }) => kind === 'variable'))
    })
    const token = { kind: 'variable', name: 'TOKEN' }
    expect(variables).toEqual([[token], [token]])
  },
)

test("commands that are run later hold no value of the person's environment", async () => {
  const command = 'echo ${localEnv:TOKEN} ${localWorkspaceFolderBasename}'
  const run = { ...(await readRun({ postCreateCommand: command })), seed: command, freeze: command }
  await inProject(async (project) => {
    const text = `echo \${localEnv:TOKEN} ${path.basename(project.path)}`
    const { hooks, run: resolved, localEnv } = settled(project, run)
    expect({ hooks, seed: resolved.seed, freeze: resolved.freeze }).toEqual({
      hooks: { postCreateCommand: [text] },
      seed: text,
      freeze: text,
    })
    expect(localEnv).toBe(env)
  })
})

test.each([
  { mounts: ['source=0123456789ab,target=/raw'] },
  { runArgs: ['-v', '0123456789ab:/raw:ro'] },
  { workspaceMount: 'type=volume,source=0123456789ab,target=/w', workspaceFolder: '/w' },
  { mounts: ['source=${localEnv:NAME:0123456789ab},target=/raw'] },
])('a volume that is called like a part of the data is refused: %j', async (json) => {
  const run = await readRun(json)
  await inProject((project) =>
    expectError(() => void settled(project, run), 'definition-invalid', {
      file: FILE,
      problem: expect.stringContaining('"0123456789ab"'),
    }),
  )
})

test('what may be the volume of a project whose key begins with an older one is not its own', async () => {
  const long = '0'.repeat(32)
  const kindsOf = (key: string) => (name: string) =>
    inProject(async (project) => {
      const Mounts = [{ Type: 'volume' as const, Source: `pristine-${key}-${name}`, Target: '/x' }]
      const place = { project: { ...project, key: key as ProjectKey }, host, file: FILE }
      const found = await permissionsOfRequest({ HostConfig: { Mounts } }, place)
      return found.filter(({ kind }) => kind !== 'network').map(({ kind }) => kind)
    })
  const ofOlder = kindsOf('shop-abcdef12')
  for (const name of [`${long}-data`, `api-${long}-data`, '12345678-data'])
    expect([name, await ofOlder(name)]).toEqual([name, ['volume']])
  for (const name of ['data', 'node-modules-12345678', '0123456789ab'])
    expect([name, await ofOlder(name)]).toEqual([name, ['own-volume']])
  expect(await kindsOf(`shop-${long}`)('12345678-data')).toEqual(['own-volume'])
})
