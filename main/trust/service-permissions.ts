import type { Feature, Hook, HookCommand, HookName, RunConfig } from '../../shared/definition.ts'
import type { PlanService } from '../../shared/plan.ts'
import type { Permission } from '../../shared/trust.ts'
import { environmentVariablesIn } from '../definition/devcontainer/document/substitute.ts'
import { knownOnbuild } from '../definition/dockerfile/known-onbuild.ts'
import type { ReadService } from '../definition/read-project.ts'
import { secretVariable } from '../secrets/secret-variable.ts'

/** What a service is made of besides its create request: what is fetched, and the variables that it gets. */
export interface ServiceSources {
  /** `onbuild`: what an image adds to the build. */
  images: { reference: string; onbuild: string[] | undefined }[]
  downloads: string[]
  features: readonly Feature[]
  /** The variables of this computer's environment that it gets. */
  variables: string[]
}

/** What making a service requests, according to the checkout. */
export const sourcesOfReading = ({ service, reading }: ReadService): ServiceSources => ({
  images: [...reading.images, ...reading.digests].map(({ reference }) => ({
    reference,
    onbuild: knownOnbuild(reading.onbuild, reference) ?? undefined,
  })),
  downloads: reading.downloads.map(({ url }) => url),
  features: service.features ?? [],
  variables: service.variables,
})

/** The same of a version that may have been made long ago. */
export const sourcesOfPlan = ({
  images,
  downloads,
  args,
  onbuild,
  features = [],
}: PlanService): ServiceSources => ({
  images: Object.keys(images).map((reference) => ({
    reference,
    onbuild: knownOnbuild(onbuild, reference) ?? undefined,
  })),
  downloads: Object.keys(downloads),
  features,
  variables: environmentVariablesIn(
    Object.values(args).map((value) => (typeof value === 'string' ? '' : value.template)),
  ),
})

/**
 * The permissions of a service besides its create request. `run` holds templates, and so do `hooks`, which are those of the
 * definition, its image and its features; `initialize` is the command that is about to run on this computer, from the
 * definition's `file`; `env` is the person's environment.
 */
export function permissionsOfService(
  sources: ServiceSources,
  run: RunConfig,
  hooks: Partial<Record<HookName, Hook[]>>,
  initialize: Hook | undefined,
  file: string,
  env: Record<string, string | undefined>,
): Permission[] {
  const variables = [
    ...sources.variables,
    ...environmentVariablesIn([run, hooks]),
    // Most secrets come from the key store, which gives a project only its own.
    ...(run.secrets ?? []).map(secretVariable).filter((name) => env[name] !== undefined),
  ]
  return [
    ...sources.images.map(
      ({ reference, onbuild }): Permission => ({
        kind: 'image',
        reference,
        ...(onbuild && { onbuild }),
      }),
    ),
    ...sources.features.map(
      ({ id, metadata }): Permission => ({ kind: 'feature', reference: id, requests: requestsOf(metadata) }),
    ),
    ...sources.downloads.map((url): Permission => ({ kind: 'download', url })),
    ...[...new Set(variables)].map((name): Permission => ({ kind: 'variable', name })),
    ...hostCommands(initialize, file),
  ]
}

/** What a feature asks for beyond its installation, as its metadata has it. */
function requestsOf({ privileged, capAdd, securityOpt, mounts }: Feature['metadata']): string[] {
  return [
    ...(privileged === true ? ['privileged'] : []),
    ...textsOf(capAdd).map((name) => `capability ${name}`),
    ...textsOf(securityOpt).map((option) => `security option ${option}`),
    ...textsOf(mounts).map((mount) => `mount ${mount}`),
  ]
}

/** The members of a list; those that are objects as a command line has them: `type=volume,target=/data`. */
const textsOf = (list: unknown): string[] =>
  (Array.isArray(list) ? list : []).map((member: unknown) =>
    typeof member === 'object' && member !== null
      ? Object.entries(member)
          .map(([key, value]) => `${key}=${value}`)
          .join(',')
      : String(member),
  )

/** The commands of a hook, each by itself; those that do nothing are none. */
function commandsOf(hook: Hook | undefined): { name: string | null; command: HookCommand }[] {
  if (hook === undefined) return []
  const named =
    typeof hook === 'string' || Array.isArray(hook)
      ? [{ name: null, command: hook }]
      : Object.entries(hook).map(([name, command]) => ({ name, command }))
  return named.filter(({ command }) =>
    typeof command === 'string' ? command.trim() !== '' : command.length > 0,
  )
}

const hostCommands = (initialize: Hook | undefined, file: string): Permission[] =>
  commandsOf(initialize).map(({ name, command }) => ({
    kind: 'host-command',
    from: `initializeCommand of ${file}`,
    name,
    command,
  }))
