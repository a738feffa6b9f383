import { defined } from './defined.ts'
import type { Fields } from './fields.ts'
import type { Dependency, StackHealth } from './stack.ts'

/** A service's check. Error: definition-invalid. */
export function readHealth(check: Fields): StackHealth {
  const test = check.node('test') === undefined ? undefined : check.texts('test')
  if (check.boolean('disable') === true || test?.[0] === 'NONE') return { kind: 'disabled' }
  if (test && test.length > 0 && test[0] !== 'CMD' && test[0] !== 'CMD-SHELL') {
    throw check.problem(
      'test',
      `"${check.path('test')}" must begin with CMD, CMD-SHELL or NONE, or be a text`,
    )
  }
  return {
    kind: 'check',
    ...defined({
      test: test && test.length > 0 ? test : undefined,
      interval: check.duration('interval'),
      timeout: check.duration('timeout'),
      startPeriod: check.duration('start_period'),
      startInterval: check.duration('start_interval'),
      retries: check.whole('retries', { least: 0 }),
    }),
  }
}

const CONDITIONS = ['service_started', 'service_healthy', 'service_completed_successfully'] as const

/** What a service needs of another one. Error: definition-invalid. */
export function readDependency(dependency: Fields): Dependency {
  const written = dependency.text('condition') ?? 'service_started'
  const condition = CONDITIONS.find((one) => one === written)
  if (condition === undefined) {
    const problem = `"${dependency.path('condition')}" must be one of ${CONDITIONS.join(', ')}`
    throw dependency.problem('condition', problem)
  }
  return {
    condition,
    required: dependency.boolean('required') ?? true,
    restart: dependency.boolean('restart') ?? false,
  }
}
