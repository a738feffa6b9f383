import { productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import type { SessionAttachables } from '../docker/build/build-session.ts'
import type { Engine } from '../docker/connection/connect.ts'
import type { Host } from '../host/host.ts'
import { agentAnswers, askAgent } from '../personal/ssh-agent.ts'
import type { Project } from '../store/open-project.ts'
import { agentSocket } from '../trust/build-permissions.ts'
import type { ServiceBuild } from './version-build.ts'

/** What it needs of this computer to provide them. */
export type MountsContext = Pick<Host, 'env' | 'secrets'> & { engine: Engine }

type BuildMounts = Pick<ServiceBuild, 'reading' | 'file' | 'hasLines'> & {
  /** The names of the secrets that the definition declares. */
  declared: readonly string[]
}

/**
 * What the mounts of a build are given: the values of declared secrets, and the person's ssh agent. Nothing where
 * nothing is mounted. What a build can do without is skipped with a warning. Only for a project that was trusted with
 * what it mounts.
 * Errors: `buildkit-missing`, `secret-missing`, `agent-missing`.
 */
export async function provideSecretsAndSsh(
  context: MountsContext,
  project: Project,
  build: BuildMounts,
  run: Run,
): Promise<SessionAttachables | undefined> {
  const { secrets, agents } = build.reading
  const [mount] = [...secrets, ...agents]
  if (!mount) return undefined
  if (!context.engine.buildkit) {
    throw productError('buildkit-missing', { at: placeOf(build, mount), address: context.engine.address })
  }
  const values = await provideSecrets(context, project, build, run)
  const socket = await provideAgent(context, build, run)
  return { secrets: values, ...(socket !== undefined && { agent: (asked) => askAgent(socket, asked) }) }
}

async function provideSecrets(
  context: MountsContext,
  project: Project,
  build: BuildMounts,
  run: Run,
): Promise<Map<string, string>> {
  const { secrets: mounts } = build.reading
  const names = build.declared.filter((name) => mounts.some(({ id }) => id === name))
  const { found, problem } = await context.secrets.find(project, names)
  const values = new Map<string, string>()
  for (const [name, secret] of Object.entries(found)) {
    if (secret.state !== 'missing') {
      values.set(name, secret.value)
      continue
    }
    const of = mounts.filter(({ id }) => id === name)
    const required = of.find((mount) => mount.required)
    if (required) throw productError('secret-missing', { name, at: placeOf(build, required), problem })
    const why = problem === null ? '' : ` (${problem})`
    const text = `The secret ${name} has no value${why}: the build runs without it. "pristine secrets set ${name}" gives it one.`
    run.report({ kind: 'warning', text })
  }
  return values
}

/** The agent's socket. */
async function provideAgent(
  { env }: MountsContext,
  build: BuildMounts,
  run: Run,
): Promise<string | undefined> {
  const { agents } = build.reading
  const [mount] = [...agents.filter(({ required }) => required), ...agents]
  if (!mount) return undefined
  const socket = agentSocket(env)
  if (socket !== undefined && (await agentAnswers(socket))) return socket
  const data = { at: placeOf(build, mount), socket: socket ?? null }
  const error = productError('agent-missing', data)
  if (mount.required) throw error
  run.report({ kind: 'warning', text: `${error.message} ${error.why} The build runs without it.` })
  return undefined
}

const placeOf = ({ file, hasLines }: BuildMounts, { line }: { line: number }): string =>
  hasLines ? `${file}:${line}` : file
