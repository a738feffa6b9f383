import { mergeHostRequirements } from '../../../../main/definition/devcontainer/document/host-requirements.ts'
import { localVariables } from '../../../../main/definition/devcontainer/document/local-variables.ts'
import type { MetadataEntry } from '../../../../main/definition/devcontainer/document/schema.ts'
import {
  imageRequirements,
  mergeImageMetadata,
  metadataLabel,
} from '../../../../main/definition/devcontainer/image-metadata.ts'
import { resolvePart, resolveRun } from '../../../../main/definition/devcontainer/resolve-run.ts'
import { toolMetadata } from '../../../../main/definition/devcontainer/tool-metadata.ts'
import { readToolSettings } from '../../../../main/definition/devcontainer/tool-settings.ts'
import { openHost } from '../../../../main/host/host.ts'
import { readProjectOnline } from '../../../../main/lock/read-project-online.ts'
import { silentRun } from '../../../../main/operation/silent-run.ts'
import { openProject } from '../../../../main/store/open-project.ts'
import type { Feature, HostRequirements } from '../../../../shared/definition.ts'
import { type Merged, type MergedFeature, nameOfFeature } from './facts.ts'

/** How Pristine runs the project in `folder`, whose image has the label `label` before its features are installed. */
export async function mergedByPristine(
  folder: string,
  label: string | undefined,
  env: Record<string, string | undefined>,
): Promise<Merged> {
  const host = openHost(env)
  const project = await openProject(folder, host.home)
  const { definition, services } = await readProjectOnline(host, project, {}, silentRun())
  const [read] = services
  if (!read) throw new Error('a definition has a service')
  const { features = [] } = read.service
  const labelled = metadataLabel(label, features, 'the image')
  const merged = mergeImageMetadata(read.service.run, labelled, 'the image')
  const variables = localVariables(project, definition.file, env)
  const run = resolveRun(merged.run, variables)
  const { options } = run
  const settings = await readToolSettings(project, definition.file)
  const forTools = toolMetadata(labelled, 'the image', read.service.run, settings, variables)
  const last = (key: string) => forTools.map((entry) => entry[key]).findLast((value) => value !== undefined)
  return {
    workspaceFolder: run.workspaceFolder,
    workspaceMount: run.workspaceMount,
    containerEnv: run.containerEnv,
    remoteEnv: run.remoteEnv,
    containerUser: run.containerUser,
    remoteUser: run.remoteUser,
    userEnvProbe: run.userEnvProbe,
    overrideCommand: run.overrideCommand,
    init: run.init,
    privileged: options.privileged ?? false,
    capAdd: options.capAdd ?? [],
    securityOpt: options.securityOpt ?? [],
    entrypoints: run.entrypoints ?? [],
    mounts: run.mounts,
    hooks: resolvePart(merged.hooks, run, variables),
    ports: run.ports.map(({ container, label, fixed }) => ({ port: container, label, fixed })),
    features: features.map(featureOf),
    others: {
      customizations: customizationsIn(forTools),
      shutdownAction: last('shutdownAction'),
      updateRemoteUserUID: last('updateRemoteUserUID'),
      hostRequirements: requirementsOf([
        definition.hostRequirements ?? {},
        imageRequirements(labelled, 'the image'),
      ]),
    },
  }
}

/** In the form of the CLI, in which amounts are texts and nothing is asked by 0. */
function requirementsOf(all: HostRequirements[]): object | undefined {
  const { cpus = 0, memory, storage, gpu } = mergeHostRequirements(all)
  const isEmpty = !cpus && memory === undefined && storage === undefined && !gpu
  return isEmpty ? undefined : { cpus, memory: memory && `${memory}`, storage: storage && `${storage}`, gpu }
}

/** What tools find in the container's label, by tool, as the CLI collects it. */
function customizationsIn(entries: MetadataEntry[]): Record<string, unknown[]> | undefined {
  const all = entries.flatMap(({ customizations }) => Object.entries(Object(customizations ?? {})))
  if (all.length === 0) return undefined
  const values = (tool: string) => all.flatMap(([of, value]) => (of === tool ? [value] : []))
  return Object.fromEntries(all.map(([tool]) => [tool, values(tool)]))
}

const featureOf = ({ id, options, env, metadata }: Feature): MergedFeature => ({
  name: nameOfFeature(id),
  variables: options,
  env,
  customizations: metadata['customizations'],
})
