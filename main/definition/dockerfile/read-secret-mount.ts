import path from 'node:path'
import type { AgentMount, SecretMount } from './analysis.ts'
import type { Expanded } from './syntax/expand.ts'
import { DockerfileProblem } from './syntax/problem.ts'

/** The last of a mount's fields that has one of these keys, substituted. */
type Field = (...keys: string[]) => Expanded | undefined

const DEFAULT_AGENT = 'default'

/**
 * Which secret a mount asks for, as BuildKit finds it (frontend/dockerfile/dockerfile2llb/convert_secrets.go): by its
 * source, its id, or the name of its target.
 */
export function readSecretMount(field: Field, line: number): Omit<SecretMount, 'line'> {
  const named = [field('source', 'src'), field('id'), field('target', 'dst', 'destination')]
  const at = named.findIndex((one) => one !== undefined && (one.text !== '' || one.unknown !== undefined))
  const name = named[at]
  if (!name) throw new DockerfileProblem(line, 'a secret mount needs an id')
  if (name.unknown !== undefined)
    throw unsupported('secret', line, `what ${name.unknown} names is known to the build only`)
  return { id: at === 2 ? path.posix.basename(name.text) : name.text, required: isRequired(field) }
}

/** Whether a build fails without the person's ssh agent; other agents and keys are refused. */
export function readAgentMount(field: Field, line: number): Omit<AgentMount, 'line'> {
  const { text, unknown } = field('id') ?? { text: '' }
  if (unknown !== undefined || (text || DEFAULT_AGENT) !== DEFAULT_AGENT)
    throw unsupported('ssh', line, "there is one agent, the person's own: leave its id out")
  return { required: isRequired(field) }
}

/** As Go's `ParseBool` has it; the bare word means yes. */
function isRequired(field: Field): boolean {
  const required = field('required')
  return required !== undefined && (required.unknown !== undefined || /^(?:1|t|true)?$/i.test(required.text))
}

const unsupported = (type: string, line: number, reason: string): DockerfileProblem =>
  new DockerfileProblem(line, { code: 'definition-unsupported', key: `RUN --mount=type=${type}`, reason })
