import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { BUILD_FLAGS } from '../../../main/definition/devcontainer/build-options.ts'
import { RUN_FLAGS } from '../../../main/definition/devcontainer/run/run-flags.ts'
import { readToolSettings, type ToolSettings } from '../../../main/definition/devcontainer/tool-settings.ts'
import { type ReadProject, readProject } from '../../../main/definition/read-project.ts'
import { permissionsOfProject } from '../../../main/environment/computer/project-permissions.ts'
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
const WITH_FEATURES = { image: 'debian:bookworm', features: { './tool': {}, './zig': {} } }
/**
 * Keys whose effect is tested elsewhere: which values of an option are refused (feature-options.test.ts), and the former
 * names of a feature of a registry (stored-features.test.ts).
 */
const ELSEWHERE = new Set(['options.*.enum', 'options.*.type', 'legacyIds'])

/** Reads a definition in a project with a Dockerfile and features, and what of it a person has to grant. */
async function readAll(
  json: object,
  feature: object = FEATURE,
): Promise<{ read: ReadProject; tools: ToolSettings; beyond: Permission[]; folder: string }> {
  await using made = await makeProject({
    '.devcontainer/Dockerfile': 'FROM scratch AS dev\n',
    '.devcontainer/tool/devcontainer-feature.json': JSON.stringify(feature),
    '.devcontainer/tool/install.sh': '',
    '.devcontainer/zig/devcontainer-feature.json': JSON.stringify({ ...FEATURE, id: 'zig' }),
    '.devcontainer/zig/install.sh': '',
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
  const { beyond } = decideTrust({ ...own, granted: [] }, requested)
  return { read, tools: await readToolSettings(project, FILE), beyond, folder: made.path }
}

/** A definition comes up as its row says, asks for what it says, and has no key that is unknown. */
async function expectState(state: State, json: object, feature?: object): Promise<void> {
  const { read, beyond } = await readAll(json, feature)
  expect(beyond.length > 0 ? 'granted' : 'not granted').toBe(state === 'granted' ? 'granted' : 'not granted')
  const codes = read.definition.warnings.map(({ code }) => code)
  expect(codes.filter((code) => code !== 'ignored' || state !== 'accepted')).toEqual([])
}

/**
 * All that a definition means: what is read of it, and what the label of its container says to other tools and to the app.
 * A key without effect here may be in the label.
 */
const meaningOf = async (json: object, state: State, feature?: object): Promise<string> => {
  const { read, tools, folder } = await readAll(json, feature)
  const definition = { ...read.definition, warnings: [] }
  return JSON.stringify({ ...read, definition, ...(state !== 'accepted' && { tools }) }, null, 1)
    .replaceAll(folder, '')
    .replaceAll(path.basename(folder), 'project')
}

/** A definition without a key means something else, or nothing at all, unless the key is accepted without effect. */
async function expectEffect(
  key: string,
  { state }: Row,
  json: object,
  meaning: (json: object) => Promise<string>,
): Promise<void> {
  const rest = structuredClone(json)
  removeKey(rest, key.split(/\.|(?=\[\])/))
  const [whole, without] = await Promise.all([meaning(json), meaning(rest).catch(() => 'an error')])
  if (state === 'accepted') expect(without).toBe(whole)
  else expect(without).not.toBe(whole)
}

/** Removes a key at a path in which `*` is each key and `[]` is each entry. */
function removeKey(holder: object, [name = '', ...rest]: string[]): void {
  const all = name === '*' || name === '[]'
  const values = new Map<string, unknown>(Object.entries(holder))
  if (rest.length === 0) Reflect.deleteProperty(holder, name)
  for (const [key, value] of values)
    if (rest.length > 0 && (all || key === name) && value) removeKey(value, rest)
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

  it.each(Object.entries(DEVCONTAINER_KEYS).filter(([, { state }]) => state !== 'refused'))(
    '%s has an effect unless its row says not',
    (key, row) => expectEffect(key, row, row.json, (json) => meaningOf(json, row.state)),
  )
})

describe('devcontainer-feature.json', () => {
  it('has a row for every key of the published schema', async () => {
    const without = (await schemaKeys('devcontainer-feature.json')).filter((key) => !(key in FEATURE_KEYS))
    expect(without).toEqual([])
  })

  it.each(Object.entries(FEATURE_KEYS))('%s', async (_, { state, json }) => {
    await expectState(state, WITH_FEATURES, { ...FEATURE, ...json })
  })

  it.each(Object.entries(FEATURE_KEYS).filter(([key]) => !ELSEWHERE.has(key)))(
    '%s has an effect unless its row says not',
    async (key, row) => {
      await expectEffect(key, row, { ...FEATURE, ...row.json }, (feature) =>
        meaningOf(WITH_FEATURES, row.state, feature),
      )
    },
  )
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

This page lists every key of the two published schemas of the [Dev Containers specification](https://containers.dev) and
every option of \`docker run\` and \`docker build\`, and shows what Pristine does with it. A unit test reads a definition with
each key and option and checks that the result is what this page shows. Without the key, the definition has to mean something
else, unless the key has no effect. The test also compares this page with its own rows, so a key without a row and a wrong row
are failures. The test of a row is named after the key, in \`test/unit/compatibility\`.

Pristine shows you a key that has to be granted before it builds anything. A refused key is an error that names the key, its
place and the reason. [Differences](differences.md) describes where a supported key intentionally does something else.

## Keys of devcontainer.json

${keyTable(DEVCONTAINER_KEYS)}

## Keys of devcontainer-feature.json

${keyTable(FEATURE_KEYS)}

## Options of runArgs

Some supported options access more with some values: a folder of your computer in \`--volume\`, a port on another address, or
a variable of your environment. These have to be granted.

${flagTable(RUN_FLAGS)}

## Options of build.options

${flagTable(BUILD_FLAGS)}
`
  await expect(page).toMatchFileSnapshot(path.join(root, 'docs/compatibility.md'))
})
