import { type Mapping, mapping, member, type Scalar } from '../yaml/node.ts'
import { fromFolder } from './resolve-path.ts'

/** Gives each build that names no context the folder of the stack, wherever the build itself is written. */
export function withContexts(stack: Mapping, base: string): Mapping {
  const services = stack.entries.get('services')
  if (services?.value.kind !== 'map') return stack
  const entries = new Map(services.value.entries)
  for (const [name, { place, value: service }] of entries) {
    const build = member(service, 'build')
    if (service.kind !== 'map' || build?.kind !== 'map' || build.entries.has('context')) continue
    const folder: Scalar = { kind: 'scalar', value: fromFolder(base, '.'), place: build.place }
    const context = { place: build.place, value: folder }
    const whole = mapping(new Map([...build.entries, ['context', context]]), build)
    const value = mapping(
      new Map([...service.entries, ['build', { place: build.place, value: whole }]]),
      service,
    )
    entries.set(name, { place, value })
  }
  const value = mapping(entries, services.value)
  return mapping(new Map([...stack.entries, ['services', { place: services.place, value }]]), stack)
}
