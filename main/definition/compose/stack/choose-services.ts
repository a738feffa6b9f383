import type { Fields } from './fields.ts'

/**
 * The services that take part: those without a profile, those with one that is chosen, and those that are wanted by name,
 * whose profiles are chosen with that. The profile `*` chooses all.
 */
export function chooseServices(
  services: readonly [name: string, fields: Fields][],
  chosen: readonly string[],
  wanted: readonly string[],
): { taking: [name: string, fields: Fields][]; leftOut: string[] } {
  const byWish = services.filter(([name]) => wanted.includes(name))
  const profiles = new Set([...chosen, ...byWish.flatMap(([, fields]) => fields.texts('profiles'))])
  const takesPart = ([name, fields]: [string, Fields]): boolean => {
    const own = fields.texts('profiles')
    return (
      own.length === 0 || profiles.has('*') || wanted.includes(name) || own.some((one) => profiles.has(one))
    )
  }
  return {
    taking: services.filter(takesPart),
    leftOut: services.filter((service) => !takesPart(service)).map(([name]) => name),
  }
}
