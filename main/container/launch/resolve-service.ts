import { homedir } from 'node:os'
import type { Hook, RunConfig } from '../../../shared/definition.ts'
import type { PlanService } from '../../../shared/plan.ts'
import { localVariables } from '../../definition/devcontainer/document/local-variables.ts'
import { mergeImageMetadata } from '../../definition/devcontainer/image-metadata.ts'
import { resolvePart, resolveRun } from '../../definition/devcontainer/resolve-run.ts'
import { METADATA_LABEL } from '../../definition/dockerfile/metadata-label.ts'
import type { ComposedService } from '../../definition/read-project.ts'
import type { ImageDetails } from '../../docker/images.ts'
import { gitRootOf } from '../../files/project-paths.ts'
import type { Host } from '../../host/host.ts'
import type { Project } from '../../store/open-project.ts'
import type { PortChoice } from './choose-ports.ts'
import { composeRun, withoutFiles } from './compose-run.ts'
import type { RequestImage } from './create-request-parts.ts'
import type { ResolvedRun } from './exec-context.ts'
import { refuseDataParts } from './reserved-volumes.ts'
import { secretVariables } from './secret-variables.ts'

/** A service on this computer: what is run, and what that was before its templates were replaced. */
export interface Settled extends ResolvedRun {
  /** How its container is created: also with the env files, secrets and configs of Compose files, which are not in `run`. */
  created: RunConfig
  templates: RunConfig
  /** Where the definition itself mounts something, not its image or its features. */
  ownMounts: string[]
  /** `initializeCommand` as it would be run, but for the values of the person's environment, which may be secret. */
  initialize: Hook | undefined
}

/** What of an image decides how it is run; empty for one that is not there yet. */
export interface LaunchImage extends RequestImage {
  Config: RequestImage['Config'] & Partial<Pick<ImageDetails['Config'], 'Labels' | 'ExposedPorts'>>
}

/**
 * How a planned service is run on this computer from its image. `file` is the definition's. Of a service of Compose files,
 * `composed`, only the first takes over what its image's label says: that is for whoever works in the container.
 * Errors: definition-invalid, definition-unsupported.
 */
export function resolveService(
  { env }: Pick<Host, 'env'>,
  project: Project,
  file: string,
  planned: { name: string; run: RunConfig } | PlanService,
  image: LaunchImage,
  composed: ComposedService | undefined,
): Settled {
  const label = composed?.isFirst === false ? undefined : image.Config.Labels?.[METADATA_LABEL]
  const merged = mergeImageMetadata(planned.run, label, imageIn(planned))
  if (isBare(planned.run)) merged.run.overrideCommand = !runsByItself(image)
  const variables = localVariables(project, file, env)
  const { localEnv: _, ...plain } = variables
  const { seed, freeze } = merged.run
  const resolved = {
    ...resolveRun(merged.run, variables),
    ...(seed !== undefined && { seed: resolvePart(seed, merged.run, plain) }),
    ...(freeze !== undefined && { freeze: resolvePart(freeze, merged.run, plain) }),
  }
  const place = { folder: project.path, root: gitRootOf(project), home: env['HOME'] || homedir(), file }
  // What hooks make of the files must not come into an image.
  const run = composed ? composeRun(withoutFiles(composed), resolved, place) : resolved
  const created = composed ? composeRun(composed, resolved, place) : resolved
  const ports = planned.run.publishExposed ? exposedPorts(image) : []
  const own = resolveRun({ ...merged.run, mounts: planned.run.mounts }, variables)
  const { mounts } = composed ? composeRun(composed, own, place) : own
  refuseDataParts(project.key, file, created, composed)
  const withPorts = (one: RunConfig): RunConfig => ({ ...one, ports: [...one.ports, ...ports] })
  return {
    run: withPorts(run),
    created: withPorts(created),
    hooks: resolvePart(merged.hooks, run, plain),
    localEnv: env,
    secretVariables: secretVariables(
      { ...merged, compose: 'compose' in planned ? planned.compose : undefined },
      composed?.variables,
    ),
    templates: merged.run,
    ownMounts: mounts.map(({ target }) => target),
    initialize: resolvePart(merged.run.initializeCommand, run, plain),
  }
}

/** What a service's image is called: as the definition does, or by what it was built from. */
export function imageIn(planned: { name: string } | PlanService): string {
  if (!('dockerfile' in planned)) return `the image of ${planned.name}`
  return (
    plainImage(planned) ??
    `the image that is built from ${Object.keys(planned.images).join(', ') || 'scratch'}`
  )
}

/** The image that a definition names for a service; undefined for one that is built. */
export const plainImage = ({ dockerfile }: Pick<PlanService, 'dockerfile'>): string | undefined =>
  /^FROM (\S+)\n$/.exec(dockerfile)?.[1]

/** The ports that a service wishes for, none of them chosen yet. */
export const wantedPorts = (run: RunConfig): PortChoice[] =>
  run.ports.map((request) => ({ request, host: request.host }))

/** Whether the run command is unspecified: only a bare Dockerfile publishes the ports that its image exposes. */
const isBare = ({ publishExposed, unset }: RunConfig): boolean =>
  publishExposed && (unset ?? []).includes('overrideCommand')

/** Interactive programs, which end at once without a terminal. */
const INTERACTIVE =
  /^(?:\/\S*\/)?(?:ba|da|a|z|fi|k)?sh$|^(?:node|python[\d.]*|irb|jshell|iex|erl|ghci|php|perl|lua|R|julia|deno|bun)$/

/** Whether an image has a program that goes on without a person: a server, not a shell. */
function runsByItself({ Config }: RequestImage): boolean {
  const command = [...(Config.Cmd ?? [])]
  if (command.length === 0) return (Config.Entrypoint?.length ?? 0) > 0
  return command.some((word, at) => !(at === 0 ? INTERACTIVE.test(word) : /^-[ail]+$/.test(word)))
}

function exposedPorts(image: LaunchImage) {
  return Object.keys(image.Config.ExposedPorts ?? {}).map((key) => {
    const [port, protocol] = key.split('/')
    const container = Number(port)
    return {
      container,
      host: container,
      protocol: protocol === 'udp' ? ('udp' as const) : ('tcp' as const),
      fixed: false,
    }
  })
}
