import type { ContainerVariable } from '../../shared/container.ts'
import type { ComposeRecord, RunConfig } from '../../shared/definition.ts'
import { membersOf } from '../definition/compose/record.ts'
import { namesInText } from '../definition/compose/variables/evaluate.ts'
import { environmentVariablesIn } from '../definition/devcontainer/document/substitute.ts'
import { isHarmlessVariable } from '../trust/decide-trust.ts'

/** What a version says of a service, with templates. */
export interface WrittenService {
  run: Pick<RunConfig, 'containerEnv'>
  compose?: ComposeRecord | undefined
}

/** What Podman itself sets in every container. */
const OF_PODMAN = 'container'

/**
 * The variables of a container as a person may read them, sorted. Values that the image or the definition says are shown. What
 * comes from this computer may be secret: its template takes its place; null where an env file has it.
 */
export function redactedEnv(
  given: Readonly<Record<string, string>>,
  image: Readonly<Record<string, string>>,
  written: WrittenService,
): ContainerVariable[] {
  const texts = writtenTexts(written)
  return Object.entries(given)
    .map(([name, value]) => {
      if (image[name] === value) return { name, value }
      const text = texts.get(name)
      if (text) return { name, value: text.variables.every(isHarmlessVariable) ? value : text.template }
      return { name, value: isHarmlessVariable(name) || name === OF_PODMAN ? value : null }
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The values that such a list does not show, each with what is shown in its place; of several lines, each. */
export const hiddenValues = (
  given: Readonly<Record<string, string>>,
  shown: readonly ContainerVariable[],
): [value: string, shown: string][] =>
  shown.flatMap(({ name, value: instead }) => {
    const value = given[name] ?? ''
    if (value === instead) return []
    return value.split(/\r?\n/).map((line): [string, string] => [line, instead ?? `[variable ${name}]`])
  })

interface WrittenText {
  template: string
  /** Of this computer. */
  variables: string[]
}

/** A definition's own variables count before those of its Compose files. */
function writtenTexts({ run, compose = {} }: WrittenService): Map<string, WrittenText> {
  const ofCompose = composeTexts(compose['environment'] ?? null).map(
    ([name, template]) => [name, { template, variables: namesInText(template) }] as const,
  )
  const own = Object.entries(run.containerEnv).map(
    ([name, template]) => [name, { template, variables: environmentVariablesIn([template]) }] as const,
  )
  return new Map([...ofCompose, ...own])
}

/** A name without a value takes that of the computer. */
function composeTexts(environment: ComposeRecord[string]): [name: string, template: string][] {
  const passedOn = (name: string): [string, string] => [name, `\${${name}}`]
  if (Array.isArray(environment))
    return environment.map(String).map((item) => {
      const at = item.indexOf('=')
      return at < 0 ? passedOn(item) : [item.slice(0, at), item.slice(at + 1)]
    })
  return Object.entries(membersOf(environment)).map(([name, value]) =>
    value === null ? passedOn(name) : [name, String(value)],
  )
}
