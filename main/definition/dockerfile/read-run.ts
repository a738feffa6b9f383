import type { Analysis } from './analysis.ts'
import { CONTEXT_FOLDER, contextPattern, inFolder } from './context-source.ts'
import { readAgentMount, readSecretMount } from './read-secret-mount.ts'
import type { Step } from './stages.ts'
import type { Expanded } from './syntax/expand.ts'
import { mountFields } from './syntax/mount-fields.ts'
import { type Flag, flagPart, flagText } from './syntax/parse-instruction.ts'
import { DockerfileProblem } from './syntax/problem.ts'
import type { Statement } from './syntax/split-instructions.ts'
import { substitute, type WordContext } from './syntax/substitute.ts'
import type { Variables } from './syntax/variables.ts'

/** What a RUN may reach, by its flags; any other value, and any device, is something of this computer. */
const WITHIN_BUILD: Record<string, readonly string[]> = {
  network: ['default', 'none'],
  security: ['sandbox'],
  device: [],
}

/** Reads what a RUN mounts from the build context and from a person, and refuses what reaches the host. */
export function readRun(step: Step, scope: Variables, context: WordContext, analysis: Analysis): void {
  for (const flag of step.flags) {
    if (Object.hasOwn(WITHIN_BUILD, flag.name) && !WITHIN_BUILD[flag.name]?.includes(flag.value ?? ''))
      throw new DockerfileProblem(context.line, {
        code: 'definition-unsupported',
        key: `RUN ${flag.text}`,
        reason: 'a build reaches nothing of this computer',
      })
    if (flag.name === 'mount') readMount(flag, step.statement, scope, context, analysis)
  }
}

function readMount(
  flag: Flag,
  statement: Statement,
  scope: Variables,
  context: WordContext,
  analysis: Analysis,
): void {
  const { line, escapeChar } = context
  const fields = mountFields(flag)
  const value = (...keys: string[]): Expanded | undefined => {
    const field = fields.findLast(({ key }) => keys.includes(key))
    return field && substitute(field.value, scope, context)
  }
  const type = value('type') ?? { text: '' }
  // A type that is not known may be a bind mount, which reads the most.
  const kind = type.unknown === undefined ? type.text.toLowerCase() || 'bind' : 'bind'
  if (kind === 'secret') analysis.secrets.push({ ...readSecretMount(value, line), line })
  if (kind === 'ssh') analysis.agents.push({ ...readAgentMount(value, line), line })
  if (kind !== 'bind' || (value('from')?.text ?? '') !== '') return
  const source = value('source', 'src') ?? { text: '' }
  analysis.sources.push({ patterns: [contextPattern(source, false)], line })
  const field = fields.findLast(({ key }) => key === 'source' || key === 'src')
  const [from, to] = field ? [field.start, field.end] : [flag.text.length, flag.text.length]
  const moved = field ? inFolder(field.value, source, escapeChar) : `,source=${CONTEXT_FOLDER}`
  const part = flagPart(statement.logical, flag, from, to, escapeChar)
  analysis.edit(statement, { ...part, what: { kind: 'path', inFolder: flagText(moved, escapeChar) } })
}
