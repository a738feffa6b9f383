import type { Fields } from './fields.ts'
import type { Stack, StackService } from './stack.ts'

/** What a service names elsewhere in the stack must be there. Error: definition-invalid. */
export function checkReferences(service: StackService, fields: Fields, stack: Stack): void {
  const mustExist = (key: string, kind: string, name: string, known: object) => {
    if (Object.hasOwn(known, name)) return
    throw fields.problem(
      key,
      `"${fields.path(key)}" names the ${kind} ${fields.shownItem(key, name)}, which is not defined`,
    )
  }
  if (service.network.kind === 'networks') {
    for (const name of Object.keys(service.network.networks)) {
      if (name !== 'default') mustExist('networks', 'network', name, stack.networks)
    }
  }
  for (const mount of service.mounts) {
    if (mount.kind !== 'volume' || mount.source === undefined) continue
    mustExist('volumes', 'volume', mount.source, stack.volumes)
  }
  for (const { source } of service.secrets) mustExist('secrets', 'secret', source, stack.secrets)
  for (const { source } of service.configs) mustExist('configs', 'config', source, stack.configs)
  for (const { source } of service.build?.secrets ?? []) mustExist('build', 'secret', source, stack.secrets)
  checkDependencies(service, fields, stack)
  checkTargets(service, fields)
  checkTexts(service, fields, stack)
}

/** An engine writes no text into a container whose root file system is read-only. */
function checkTexts({ readOnly, secrets, configs }: StackService, fields: Fields, stack: Stack): void {
  if (!readOnly) return
  const check = (key: 'secrets' | 'configs', source: string) => {
    const { kind } = stack[key][source] ?? {}
    if (kind !== 'variable' && kind !== 'content') return
    const name = fields.shownItem(key, source)
    const problem = `"${fields.path('read_only')}" keeps the text of ${name} in "${key}" from being written; a "file" is mounted instead`
    throw fields.problem('read_only', problem)
  }
  for (const { source } of secrets) check('secrets', source)
  for (const { source } of configs) check('configs', source)
}

function checkDependencies(service: StackService, fields: Fields, stack: Stack): void {
  for (const [name, { required }] of Object.entries(service.dependsOn)) {
    if (Object.hasOwn(stack.services, name)) continue
    const key = fields.node('depends_on') === undefined ? undefined : 'depends_on'
    const isLeftOut = stack.withoutProfile.includes(name)
    if (isLeftOut && !required) continue
    const reason = isLeftOut ? 'takes no part, because none of its profiles is chosen' : 'is not defined'
    throw fields.problem(key, `"${fields.name}" depends on the service "${name}", which ${reason}`)
  }
}

function checkTargets({ mounts, tmpfs }: StackService, fields: Fields): void {
  const taken = new Set<string>()
  const targets = [...tmpfs.map((text) => text.split(':')[0] ?? text), ...mounts.map(({ target }) => target)]
  for (const target of targets) {
    if (taken.has(target)) {
      const at = mounts.some((mount) => mount.target === target) ? 'volumes' : 'tmpfs'
      const shown = fields.shownItem(at, target).replace(/^"(.*)"$/, '$1')
      throw fields.problem('volumes', `"${fields.name}" mounts two things at ${shown}`)
    }
    taken.add(target)
  }
}

/** Refuses services that wait for each other. `fieldsOf`: where each stands. Error: definition-invalid. */
export function checkCircles(stack: Stack, fieldsOf: ReadonlyMap<string, Fields>): void {
  const done = new Set<string>()
  for (const start of Object.keys(stack.services)) {
    const way: string[] = []
    const visit = (name: string): void => {
      const at = way.indexOf(name)
      if (at >= 0) {
        const circle = [...way.slice(at), name].join(' -> ')
        const problem = `services depend on each other: ${circle}`
        const fields = fieldsOf.get(name)
        if (fields) throw fields.problem('depends_on', problem)
      }
      if (done.has(name)) return
      way.push(name)
      for (const next of Object.keys(stack.services[name]?.dependsOn ?? {})) visit(next)
      way.pop()
      done.add(name)
    }
    visit(start)
  }
}
