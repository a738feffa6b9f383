import { expect, test } from 'vitest'
import { menuTemplate } from '../../../app/electron/menu.ts'
import { noticeOf } from '../../../app/electron/notice-text.ts'
import { trayTemplate } from '../../../app/electron/tray.ts'
import type { ProjectKey } from '../../../shared/ids.ts'
import { ProjectSummary } from '../../../shared/project.ts'
import { entry, type Item } from '../double/desktop.ts'

const ERROR = { code: 'build-failed', message: 'Dockerfile:4 failed.', why: 'w', hint: 'h', data: {} }
const OPERATION = '20261123t120000000-abcdef'

const project = (change: Partial<Record<keyof ProjectSummary, unknown>> = {}): ProjectSummary =>
  ProjectSummary.parse({
    key: 'shop-01234567',
    path: '/home/ada/shop',
    name: 'shop',
    services: [],
    branch: 'main',
    state: 'ready',
    version: { id: 'a'.repeat(64), ordinal: 12, knownGood: true },
    marked: null,
    ports: [{ container: 3000, host: 3000 }],
    operation: null,
    failure: null,
    watch: null,
    chosen: null,
    drift: null,
    failedChecks: null,
    newerPins: [],
    needsTrust: false,
    lacksDefinition: false,
    ...change,
  })

const options = { installCommandLine: () => {}, showDataFolder: () => {} }
const rolesOf = (items: Item[]): string[] =>
  items.flatMap(({ role, submenu }) => [...(role ? [role] : []), ...rolesOf(submenu ?? [])])

test('the menu reloads and inspects only when it runs from its sources', () => {
  const roles = (dev: boolean) => rolesOf(menuTemplate({ platform: 'linux', dev, ...options }) as Item[])
  expect(roles(true)).toEqual(expect.arrayContaining(['reload', 'toggleDevTools']))
  expect(roles(false)).not.toEqual(expect.arrayContaining(['reload']))
  expect(roles(false)).not.toEqual(expect.arrayContaining(['toggleDevTools']))
})

test.each(['linux', 'darwin', 'win32'] as const)(
  'the menu of %s has what people expect there',
  (platform) => {
    const roles = rolesOf(menuTemplate({ platform, dev: false, ...options }) as Item[])
    expect(roles).toEqual(expect.arrayContaining(['fileMenu', 'editMenu', 'windowMenu', 'help']))
    expect(roles.includes('appMenu')).toBe(platform === 'darwin')
    expect(roles.includes('about')).toBe(platform !== 'darwin')
  },
)

test('the tray offers what can be done to an environment as it stands, and does it', () => {
  const done: string[] = []
  const on = (verb: string) => (key: ProjectKey) => void done.push(`${verb} ${key}`)
  const actions = {
    start: on('start'),
    open: on('open'),
    reset: on('reset'),
    show: () => void done.push('show'),
    quit: () => void done.push('quit'),
  }
  const tray = (summary: ProjectSummary) => trayTemplate([summary], actions) as Item[]
  const enabled = (summary: ProjectSummary) =>
    ['Start', 'Open', 'Reset…'].filter((label) => entry(tray(summary), 'shop', label).enabled)
  expect(enabled(project())).toEqual(['Open', 'Reset…'])
  expect(enabled(project({ state: 'stopped' }))).toEqual(['Start', 'Open', 'Reset…'])
  expect(enabled(project({ state: 'absent', version: null }))).toEqual(['Start', 'Open'])
  expect(enabled(project({ state: 'missing' }))).toEqual([])
  const busy = { id: OPERATION, kind: 'up', step: null, steps: { begun: 1, all: null } }
  expect(enabled(project({ state: 'stopped', operation: busy }))).toEqual(['Open'])
  for (const label of ['Start', 'Open', 'Reset…']) entry(tray(project()), 'shop', label).click?.()
  for (const label of ['Show Pristine', 'Quit Pristine']) entry(tray(project()), label).click?.()
  expect(done).toEqual(['start shop-01234567', 'open shop-01234567', 'reset shop-01234567', 'show', 'quit'])
})

test('a name cannot make a key or a line of the tray', () => {
  const [first] = trayTemplate([project({ name: 'a&b\n\u202ec' })], {} as never)
  expect(first?.label).toBe('a&&b c · ready · v12')
  expect((trayTemplate([], {} as never)[0] as Item).label).toBe('No environments yet')
})

const busy = { id: OPERATION, kind: 'up', step: null, steps: { begun: 1, all: null } }
test.each([
  ['what was so before', project(), undefined, undefined],
  ['nothing new', project(), project(), undefined],
  ['work that begins', project({ operation: busy }), project(), undefined],
  [
    'work that ended',
    project({ version: { id: 'b'.repeat(64), ordinal: 13, knownGood: true } }),
    project({ operation: busy }),
    { title: 'shop: started', body: 'It runs v13.' },
  ],
  [
    'a stop',
    project({ state: 'stopped' }),
    project({ operation: { ...busy, kind: 'stop' } }),
    { title: 'shop: stopped', body: 'It is stopped.' },
  ],
  [
    'work that failed',
    project({ failure: { operation: OPERATION, error: ERROR } }),
    project({ operation: busy }),
    { title: 'shop: failed', body: 'Dockerfile:4 failed.' },
  ],
  [
    'a failure that was told',
    project({ failure: { operation: OPERATION, error: ERROR } }),
    project({ failure: { operation: OPERATION, error: ERROR } }),
    undefined,
  ],
  [
    'a version that is built, before it is swapped in',
    project({ watch: { kind: 'building', ordinal: 13, because: [] } }),
    project({ operation: busy, watch: { kind: 'building', ordinal: 13, because: [] } }),
    undefined,
  ],
  [
    'a version that waits',
    project({ watch: { kind: 'offered', ordinal: 13, because: [] } }),
    project({ watch: { kind: 'building', ordinal: 13, because: [] } }),
    { title: 'shop: update ready', body: 'v13 is built and waits.' },
  ],
  [
    'a version that waits, and why',
    project({
      watch: {
        kind: 'offered',
        ordinal: 13,
        because: [
          {
            input: 'package-lock.json',
            from: 'a',
            to: 'b',
            kind: 'file',
            detail: {
              kind: 'packages',
              packages: [{ name: 'nanoid', from: '5.1.6', to: '5.1.5' }],
              count: 1,
            },
          },
        ],
      },
    }),
    project(),
    {
      title: 'shop: update ready',
      body: 'v13 is built and waits: nanoid 5.1.6 -> 5.1.5 (package-lock.json).',
    },
  ],
  [
    'a version that still waits',
    project({ watch: { kind: 'waiting', ordinal: 13, because: [], sessions: 1 } }),
    project({ watch: { kind: 'offered', ordinal: 13, because: [] } }),
    undefined,
  ],
])('a notice of %s', (_, after, before, notice) => {
  expect(noticeOf(after, before)).toEqual(notice)
})
