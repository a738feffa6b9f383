import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { permissionsOfProject } from '../../../main/build/project-permissions.ts'
import { BUILD_FLAGS } from '../../../main/definition/devcontainer/build-options.ts'
import { RUN_FLAGS } from '../../../main/definition/devcontainer/run/run-flags.ts'
import { type ReadProject, readProject } from '../../../main/definition/read-project.ts'
import { openHome } from '../../../main/store/home.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { decideTrust } from '../../../main/trust/decide-trust.ts'
import type { Permission } from '../../../shared/trust.ts'
import { expectError, FILE, makeProject } from '../definition/project.ts'
import { APPLIED } from '../definition/run-flag-cases.ts'
import { DEVCONTAINER_KEYS, type Row, type State } from './devcontainer-keys.ts'
import { FEATURE_KEYS } from './feature-keys.ts'

const root = path.join(import.meta.dirname, '../../..')
const FEATURE = { id: 'tool', version: '1.0.0' }

/** Reads a definition in a project with a Dockerfile and a feature, and what of it a person has to grant. */
async function readAll(
  json: object,
  feature: object = {},
): Promise<{ read: ReadProject; beyond: Permission[] }> {
  await using made = await makeProject({
    '.devcontainer/Dockerfile': 'FROM scratch AS dev\n',
    '.devcontainer/tool/devcontainer-feature.json': JSON.stringify({ ...FEATURE, ...feature }),
    '.devcontainer/tool/install.sh': '',
    '.devcontainer/compose.yaml': 'services: {web: {image: a}, db: {image: b}}',
    'dev.env': '',
  })
  await mkdir(path.join(made.path, '.devcontainer'), { recursive: true })
  await writeFile(path.join(made.path, FILE), JSON.stringify(json))
  const project = await openProject(made.path)
  const read = await readProject({}, project, undefined)
  const host = { env: {}, home: openHome({ PRISTINE_HOME: '/nowhere' }) }
  const requested = await permissionsOfProject(host, project, read)
  const own = { origin: 'folder', remote: null, defaults: true, granted: [] } as const
  return { read, beyond: decideTrust({ ...own, granted: [] }, requested).beyond }
}

/** A definition comes up as its row says, asks for what it says, and has no key that is unknown. */
async function expectState(state: State, json: object, feature?: object): Promise<void> {
  const { read, beyond } = await readAll(json, feature)
  expect(beyond.length > 0 ? 'granted' : 'not granted').toBe(state === 'granted' ? 'granted' : 'not granted')
  const codes = read.definition.warnings.map(({ code }) => code)
  expect(codes.filter((code) => code !== 'ignored' || state !== 'accepted')).toEqual([])
}

const schemaKeys = async (file: string): Promise<string[]> =>
  JSON.parse(await readFile(path.join(root, 'test/fixtures/schema-keys.json'), 'utf8'))[file]

describe('devcontainer.json', () => {
  it('has a row for every key of the published schema', async () => {
    const without = (await schemaKeys('devcontainer.json')).filter((key) => !(key in DEVCONTAINER_KEYS))
    expect(without).toEqual([])
  })

  it.each(Object.entries(DEVCONTAINER_KEYS))('%s', async (key, { state, json }) => {
    if (state !== 'refused') return expectState(state, json)
    await expectError(readAll(json), 'definition-unsupported', { key, line: 1 })
  })
})

describe('devcontainer-feature.json', () => {
  it('has a row for every key of the published schema', async () => {
    const without = (await schemaKeys('devcontainer-feature.json')).filter((key) => !(key in FEATURE_KEYS))
    expect(without).toEqual([])
  })

  it.each(Object.entries(FEATURE_KEYS))('%s', async (_, { state, json }) => {
    await expectState(state, { image: 'debian:bookworm', features: { './tool': {} } }, json)
  })
})

describe('runArgs', () => {
  it.each(Object.entries(APPLIED))(
    '--%s is granted exactly where the table says so',
    async (name, [runArgs]) => {
      const { beyond } = await readAll({ image: 'debian:bookworm', runArgs })
      expect(beyond.length > 0 ? 'granted' : 'inside').toBe(RUN_FLAGS[name]?.kind)
    },
  )
})

const STATES: Record<State, string> = {
  supported: 'supported',
  granted: 'has to be [granted](trust.md)',
  planned: 'planned, locked and reviewed; [not run yet](definition.md#compose-files)',
  accepted: 'accepted, without effect',
  refused: 'refused',
}

const keyTable = (rows: Record<string, Row>): string =>
  table(
    ['Key', 'What happens', ''],
    Object.entries(rows).map(([key, { state, note = '' }]) => [`\`${key}\``, STATES[state], note]),
  )

const KINDS: Record<string, string> = {
  inside: STATES.supported,
  applied: STATES.supported,
  granted: STATES.granted,
  ignored: 'ignored, with a warning',
  refused: STATES.refused,
}

const flagTable = (flags: typeof RUN_FLAGS | typeof BUILD_FLAGS): string =>
  table(
    ['Option', 'What happens', ''],
    Object.entries(flags).map(([name, flag]) => {
      const short = flag.short === undefined ? '' : `, \`-${flag.short}\``
      const note = 'reason' in flag ? flag.reason : ''
      return [
        `\`--${name}\`${short}`,
        KINDS[flag.kind] ?? '',
        note.replaceAll(/"(--[^"]*|[a-z]+[A-Z.][\w.]*)"/g, '`$1`'),
      ]
    }),
  )

function table(head: string[], rows: string[][]): string {
  const all = [head, head.map(() => '---'), ...rows]
  return all.map((cells) => `| ${cells.join(' | ')} |`.replace(/ +\|$/, ' |')).join('\n')
}

it('the documentation has every row', async () => {
  const page = `# Compatibility

Every key of the two published schemas of the [Dev Containers specification](https://containers.dev), and every option of
\`docker run\` and \`docker build\`, with what Pristine does with it. The unit test of this page reads a definition with each
key and option and checks that what happens is what stands here; then it compares this page with its own rows. So a key
without a row, and a row that is not true, are failures.

A key that has to be granted is shown to you before anything is built. A refused one is an error that names it, its place and
the reason. [Differences](differences.md) describes where a supported key does something else on purpose.

## Keys of devcontainer.json

${keyTable(DEVCONTAINER_KEYS)}

## Keys of devcontainer-feature.json

${keyTable(FEATURE_KEYS)}

## Options of runArgs

Some supported options reach further with some values: a folder of your computer in \`--volume\`, a port on another address,
a variable of your environment. Those have to be granted.

${flagTable(RUN_FLAGS)}

## Options of build.options

${flagTable(BUILD_FLAGS)}
`
  await expect(page).toMatchFileSnapshot(path.join(root, 'docs/compatibility.md'))
})
