// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of a definition looks like this
import path from 'node:path'
import { expect, test } from 'vitest'
import { type Host, openHost } from '../../../main/host/host.ts'
import { silentRun } from '../../../main/operation/silent-run.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { grant, permissionRequest } from '../../../main/trust/require-trust.ts'
import { checkPins } from '../../../main/verbs/check-pins.ts'
import { lock, outdated } from '../../../main/verbs/lock.ts'
import type { Permission } from '../../../shared/trust.ts'
import { expectError, makeProject } from '../definition/project.ts'

const VARIABLE = { kind: 'variable', name: 'TOKEN' } as const
const ofBuild: Permission = { ...VARIABLE, use: 'build', service: 'db' }

const COMPOSE = {
  'compose.yaml':
    'services: {app: {image: "busybox:1.36"}, db: {build: {dockerfile_inline: "FROM busybox:1.36\\nARG T\\n", args: ["T=${TOKEN}"]}}}',
  '.devcontainer.json': '{"dockerComposeFile": "compose.yaml", "service": "app"}',
}

/** Everything that asks registries for what a definition names. */
const CONTACTS: Record<string, (host: Host, folder: string) => Promise<unknown>> = {
  lock: async (host, folder) => lock(host, await openProject(folder), {}, silentRun()),
  outdated: async (host, folder) => outdated(host, await openProject(folder), undefined, silentRun()),
  checkPins: async (host, folder) =>
    checkPins(host, await openProject(folder), () => host.engine() as never, AbortSignal.timeout(60_000)),
}

test.each(
  Object.keys(CONTACTS).flatMap((verb) => [
    { verb, files: COMPOSE, asked: ofBuild },
    { verb, files: { '.devcontainer.json': '{"image": "busybox:${localEnv:TOKEN}"}' }, asked: VARIABLE },
  ]),
)('$verb contacts nobody before a variable is granted that names are made of', async (one) => {
  const { verb, files, asked } = one
  await using made = await makeProject(files)
  const home = path.join(made.path, 'home')
  const contacted = new Error('the engine was contacted')
  const host: Host = {
    ...openHost({ PRISTINE_HOME: home, TOKEN: 'hunter2' }),
    engine: () => Promise.reject(contacted),
  }
  const work = () => CONTACTS[verb]?.(host, made.path) ?? Promise.resolve()
  await expectError(work(), 'not-trusted', { asked: [asked] })
  const project = await openProject(made.path)
  const request = await permissionRequest(host, project, [asked])
  await grant(host, project, request, request.fingerprint)
  const failure = await work().then(
    () => undefined,
    (error: unknown) => error,
  )
  // The lock that is still missing is what is said of it then, or the engine is asked.
  expect(failure === contacted || (failure as { code?: string }).code === 'lock-outdated').toBe(true)
})
