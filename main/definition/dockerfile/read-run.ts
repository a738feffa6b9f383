import type { Findings } from './analysis.ts'
import { CONTEXT_FOLDER, contextPattern, inFolder } from './context-source.ts'
import type { Expanded } from './expand.ts'
import { mountFields } from './mount-fields.ts'
import { type Flag, flagPart, flagText } from './parse-instruction.ts'
import { DockerfileProblem } from './problem.ts'
import { readAgentMount, readSecretMount } from './read-secret-mount.ts'
import type { Statement } from './split-instructions.ts'
import type { Step } from './stages.ts'
import { type Place, substitute } from './substitute.ts'
import type { Variables } from './variables.ts'

/** Reads what a RUN mounts from the build context and from a person, and refuses what reaches the host. */
export function readRun(step: Step, scope: Variables, place: Place, findings: Findings): void {
  for (const flag of step.flags) {
    if (flag.text === '--network=host' || flag.text === '--security=insecure')
      throw new DockerfileProblem(place.line, {
        code: 'definition-unsupported',
        key: `RUN ${flag.text}`,
        reason: 'a build reaches nothing of this computer',
      })
    if (flag.name === 'mount') readMount(flag, step.statement, scope, place, findings)
  }
}

function readMount(
  flag: Flag,
  statement: Statement,
  scope: Variables,
  place: Place,
  findings: Findings,
): void {
  const { line, escapeChar } = place
  const fields = mountFields(flag)
  const value = (...keys: string[]): Expanded | undefined => {
    const field = fields.findLast(({ key }) => keys.includes(key))
    return field && substitute(field.value, scope, place)
  }
  const type = value('type') ?? { text: '' }
  // A type that is not known may be a bind mount, which reads the most.
  const kind = type.unknown === undefined ? type.text.toLowerCase() || 'bind' : 'bind'
  if (kind === 'secret') findings.secrets.push({ ...readSecretMount(value, line), line })
  if (kind === 'ssh') findings.agents.push({ ...readAgentMount(value, line), line })
  if (kind !== 'bind' || (value('from')?.text ?? '') !== '') return
  const source = value('source', 'src') ?? { text: '' }
  findings.sources.push({ patterns: [contextPattern(source, false)], line })
  const field = fields.findLast(({ key }) => key === 'source' || key === 'src')
  const [from, to] = field ? [field.start, field.end] : [flag.text.length, flag.text.length]
  const moved = field ? inFolder(field.value, source, escapeChar) : `,source=${CONTEXT_FOLDER}`
  const part = flagPart(statement.logical, flag, from, to, escapeChar)
  findings.edit(statement, { ...part, what: { kind: 'path', inFolder: flagText(moved, escapeChar) } })
}
