import { parseImageReference } from '../../../../shared/image-reference.ts'
import { isNull, isSame, type Mapping, mapping, member, membersOf, type Node } from '../yaml/node.ts'
import { invalidAt, quotedAsWritten } from '../yaml/problem.ts'

/**
 * Gives each service that only names an image the build of the service whose result has that name, also of one that takes no
 * part: a registry is not asked for a name that the files give to what they build.
 * Error: definition-invalid where several builds make that image.
 */
export function withSharedBuilds(stack: Mapping): Mapping {
  const services = stack.entries.get('services')
  if (services?.value.kind !== 'map') return stack
  const entries = new Map(services.value.entries)
  for (const [name, { place, value: service }] of entries) {
    const image = member(service, 'image')
    const wanted = nameOf(image)
    if (service.kind !== 'map' || image === undefined || wanted === undefined) continue
    if (!isNull(member(service, 'build'))) continue
    const makers = membersOf(services.value).filter(
      ([, { value }]) => !isNull(member(value, 'build')) && nameOf(member(value, 'image')) === wanted,
    )
    const builds = makers.flatMap(([, { value }]) => member(value, 'build') ?? [])
    const [build] = builds
    if (build === undefined) continue
    if (builds.some((other) => !isSame(other, build))) {
      const them = new Intl.ListFormat('en').format(makers.map(([maker]) => maker))
      const shown = image.kind === 'scalar' ? quotedAsWritten(image) : 'an image'
      const problem = `"services.${name}.image" names ${shown}, which ${them} build, each in another way`
      throw invalidAt(image.place, problem)
    }
    const whole = new Map([...service.entries, ['build', { place: image.place, value: build }]])
    entries.set(name, { place, value: mapping(whole, service) })
  }
  const value = mapping(entries, services.value)
  return mapping(new Map([...stack.entries, ['services', { place: services.place, value }]]), stack)
}

/** The one spelling of an image's name; undefined for what no build can be called. */
function nameOf(image: Node | undefined): string | undefined {
  if (image?.kind !== 'scalar') return undefined
  const { repository, tag = 'latest', digest } = parseImageReference(String(image.value)) ?? {}
  return repository === undefined || digest !== undefined ? undefined : `${repository}:${tag}`
}
