import type { HostRequirements } from '../../../shared/definition.ts'
import { mergeHostRequirements } from '../../definition/devcontainer/document/host-requirements.ts'
import type { Resources } from '../../docker/resources.ts'

/**
 * The requirements of a definition or an image (`asker`) that the engine does not meet, each as a sentence for a person.
 * The specification makes them a warning (https://containers.dev/implementors/json_reference/#min-host-reqs), because
 * most environments work with less. `given`: whether the container gets a GPU.
 */
export function unmetRequirements(
  wanted: HostRequirements,
  have: Resources,
  given = false,
  asker = 'The definition',
): string[] {
  const { cpus = 0, memory = 0, storage = 0, gpu = false } = wanted
  const lacks = (what: string, asked: string, found: string) =>
    `${asker} wants ${asked} (hostRequirements.${what}); ${found}.`
  const problems: string[] = []
  if (have.cpus !== undefined && cpus > have.cpus)
    problems.push(lacks('cpus', `${cpus} processors`, `the engine has ${have.cpus}`))
  if (have.memory !== undefined && memory > have.memory)
    problems.push(lacks('memory', `${inGB(memory)} of memory`, `the engine has ${inGB(have.memory)}`))
  if (have.disk !== undefined && storage > have.disk)
    problems.push(lacks('storage', `${inGB(storage)} of storage`, `the engine's disk has ${inGB(have.disk)}`))
  if (gpu && !have.gpu) problems.push(lacks('gpu', 'a GPU', 'the engine has no runtime for one'))
  else if (gpu && !given)
    problems.push(lacks('gpu', 'a GPU', 'to give it one, add "--gpus=all" to "runArgs"'))
  return problems
}

/** The requirements of an image that exceed those of its definition. */
export function requirementsBeyond(image: HostRequirements, definition: HostRequirements): HostRequirements {
  const more = Object.entries(mergeHostRequirements([image, definition])).filter(
    ([key, amount]) => amount !== definition[key as keyof HostRequirements],
  )
  return Object.fromEntries(more)
}

const inGB = (bytes: number): string => `${(bytes / 1e9).toFixed(1).replace(/\.0$/, '')} GB`
