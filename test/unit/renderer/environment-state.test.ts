import { expect, test } from 'vitest'
import { badgesOf, environmentDisplay } from '../../../renderer/store/projects/environment-state.ts'
import { environmentErrors } from '../../../shared/errors/environment.ts'
import type { OperationId } from '../../../shared/ids.ts'
import type { StepPhase } from '../../../shared/operation.ts'
import type { ProjectSummary } from '../../../shared/project.ts'
import { summary } from './project-summary.ts'

const operation = 'x' as OperationId
const report = (code: string) => ({ code, message: 'm', why: 'w', hint: 'h', data: {} })
/** A step of a phase, whose name says nothing. */
const step = (phase: StepPhase, subject: string | null = null) => ({ name: 'Xq fnord', phase, subject })
const failure = { operation, error: report('build-failed') }
const refused = { operation, error: report('not-trusted') }
const down = { kind: 'down', error: report('engine-missing') } as const

test.each([
  [{ state: 'absent', version: null }, 'Not built yet', 'start', ['definition']],
  [{ state: 'absent', version: null, lacksDefinition: true }, 'No definition yet', 'propose', []],
  [
    { state: 'absent', version: null, lacksDefinition: true, needsTrust: true },
    'No definition yet',
    'propose',
    [],
  ],
  [{ state: 'starting' }, 'Starting · waiting for the health check', 'logs', ['stop']],
  [{}, 'Ready · v12 ★', 'open', ['stop', 'reset']],
  [{ state: 'unhealthy' }, 'Unhealthy · check failed', 'logs', ['restart', 'reset']],
  [{ state: 'unhealthy', failedChecks: 1 }, 'Unhealthy · check failed 1 time', 'logs', ['restart', 'reset']],
  [{ state: 'unhealthy', failedChecks: 3 }, 'Unhealthy · check failed 3 times', 'logs', ['restart', 'reset']],
  [{ state: 'paused' }, 'Paused · not by Pristine · v12 ★', 'start', ['stop', 'reset']],
  [{ state: 'stopped' }, 'Stopped · v12 ★', 'start', ['reset']],
  [{ failure }, 'Build failed · still on v12', 'view-error', ['retry']],
  [{ failure, state: 'absent', version: null }, 'Build failed', 'view-error', ['retry']],
  [
    { failure: { operation, error: { ...report('hook-failed'), data: { hook: 'postStartCommand' } } } },
    'Not ready · still on v12',
    'view-error',
    ['retry'],
  ],
  [{ failure, watch: { kind: 'following' } }, 'Ready · v12 ★', 'open', ['stop', 'reset']],
  [{ needsTrust: true, state: 'absent', version: null }, 'Not built yet', 'start', ['definition']],
  [{ needsTrust: true, failure: refused }, 'Ready · v12 ★', 'open', ['trust', 'stop', 'reset']],
  [{ needsTrust: true, failure }, 'Build failed · still on v12', 'view-error', ['retry']],
  [{ state: 'missing' }, 'Folder not found', undefined, []],
] as const)('%j is "%s", with its fixed buttons', (more, label, main, beside) => {
  expect(environmentDisplay(summary(more as Partial<ProjectSummary>), undefined)).toMatchObject({
    label,
    main,
    beside,
  })
})

test('what goes on comes first, then an engine that does not answer', () => {
  const building = {
    id: operation,
    kind: 'up',
    step: step('build', 'app'),
    steps: { begun: 4, all: 11 },
  } as const
  const busy = environmentDisplay(summary({ operation: building, failure }), down)
  expect(busy).toMatchObject({ label: 'Building · step 4 of 11', main: 'view-build', beside: ['cancel'] })
  const starting = { ...building, step: step('health') }
  const label = 'Starting · waiting for the health check'
  expect(environmentDisplay(summary({ operation: starting }), undefined)).toMatchObject({
    label,
    main: 'view-build',
  })
  expect(environmentDisplay(summary({ operation: starting, state: 'starting' }), undefined)).toMatchObject({
    label,
    main: 'logs',
    beside: ['view-build', 'cancel'],
  })
  expect(environmentDisplay(summary({ failure }), down)).toMatchObject({
    label: 'Engine not running',
    main: 'start-engine',
    beside: ['troubleshoot'],
  })
})

test.each([
  [step('pull', 'node:24'), 'Building · step 4 of 11'],
  [step('hook', 'updateContentCommand'), 'Building · step 4 of 11'],
  [step('bake'), 'Building · step 4 of 11'],
  [step('start', 'app'), 'Starting'],
  [step('hook', 'postCreateCommand'), 'Starting'],
  [step('hook', 'postStartCommand'), 'Starting'],
  [step('health', 'app'), 'Starting · waiting for the health check'],
  [step('dotfiles'), 'Starting'],
])('the step %j of a start reads "%s", whatever its name', (step, label) => {
  const going = { id: operation, kind: 'up', step, steps: { begun: 4, all: 11 } } as const
  expect(environmentDisplay(summary({ operation: going }), undefined)).toMatchObject({
    label,
    main: 'view-build',
  })
})

test('an update is one thing to be seen, though it is built and then swapped in', () => {
  const change = { ordinal: 13, because: [] }
  const bringing = { id: operation, kind: 'up', step: null, steps: { begun: 0, all: null } } as const
  const labels = [
    { operation: { ...bringing, kind: 'build' }, watch: { kind: 'building', ...change } },
    { watch: { kind: 'building', ...change } },
    { watch: { kind: 'swapping', ...change } },
    { operation: bringing, watch: { kind: 'swapping', ...change } },
    { watch: { kind: 'swapped', ...change } },
  ] as const
  expect(labels.map((more) => environmentDisplay(summary(more), undefined).label)).toEqual([
    'Building',
    'Building',
    'Starting',
    'Starting',
    'Ready · v12 ★',
  ])
})

test('what a person chose is reported where nothing newer is on its way', () => {
  const chosen = { wanted: 13 }
  const change = { ordinal: 14, because: [] }
  const badge = { tone: 'warn', label: 'Chosen · definition wants v13', tab: 'overview' }
  expect(badgesOf(summary({ chosen, watch: { kind: 'following' } }))).toEqual([badge])
  expect(badgesOf(summary({ chosen, watch: { kind: 'swapped', ...change } }))).toEqual([badge])
  expect(badgesOf(summary({ chosen, watch: { kind: 'building', ...change } }))).toEqual([])
  expect(badgesOf(summary({ chosen, watch: { kind: 'offered', ...change } }))).toEqual([
    { tone: 'busy', label: 'Update ready' },
  ])
})

test('badges say what waits, what drifted and which base is old', () => {
  expect(
    badgesOf(
      summary({ drift: 12, newerPins: ['node:24'], watch: { kind: 'offered', ordinal: 13, because: [] } }),
    ),
  ).toEqual([
    { tone: 'busy', label: 'Update ready' },
    { tone: 'warn', label: 'Drifted · 12 changes', tab: 'drift' },
    { tone: 'warn', label: 'Base image outdated', tab: 'definition' },
  ])
  const watch = { kind: 'failed', error: report('not-trusted') } as const
  expect(badgesOf(summary({ needsTrust: true, watch }))).toEqual([{ tone: 'warn', label: 'Asks for trust' }])
  expect(badgesOf(summary({ drift: 1, newerPins: ['node:24'], state: 'absent' }))).toEqual([])
})

test('whatever ends with the exit code of what is not ready is reported as that', () => {
  const codes = Object.entries(environmentErrors).flatMap(([code, { exit }]) => (exit === 6 ? [code] : []))
  expect(codes).toContain('programs-unfound')
  // That one is about what ran before.
  for (const code of codes.filter((code) => code !== 'not-restored'))
    expect([
      code,
      environmentDisplay(summary({ failure: { operation, error: report(code) } }), undefined).label,
    ]).toEqual([code, 'Not ready · still on v12'])
})

test('an environment that a command found unhealthy is shown as that, and not as a failed start', () => {
  const data = { seconds: 3, check: 'a', output: [], wasReady: true }
  const found = { ...failure, error: { ...failure.error, code: 'not-ready', data } } as const
  const more = { failure: found, state: 'unhealthy', failedChecks: 3 } as const
  expect(environmentDisplay(summary(more), undefined)).toMatchObject({
    label: 'Unhealthy · check failed 3 times',
    main: 'logs',
    beside: ['restart', 'reset'],
  })
})
