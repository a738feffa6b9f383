import type { Mount, RunConfig } from '../../../shared/definition.ts'
import type { MetadataEntry } from './document/schema.ts'
import type { Variables } from './document/substitute.ts'
import { parseMetadata } from './image-metadata.ts'
import { resolvePart } from './resolve-run.ts'
import type { ToolSettings } from './tool-settings.ts'

/**
 * What a tool that opens a container finds in its label `devcontainer.metadata`: the entries of the image and of its
 * features, which are in the image's label, and then the definition's own, as the specification orders them
 * (https://containers.dev/implementors/spec/#image-metadata). `run` is the definition's, with its templates. The variables
 * of this computer's environment and of the container's stay templates, for the tool to replace: a label is no place for
 * their values. Those of the folders are replaced, because a tool that attaches to a container does not know them.
 * `named`: what the image is called in messages. Error: definition-invalid.
 */
export function toolMetadata(
  label: string | undefined,
  named: string,
  run: RunConfig,
  tools: ToolSettings,
  { localEnv: _, containerEnv: __, ...folders }: Variables,
): MetadataEntry[] {
  return resolvePart([...parseMetadata(label, named), definitionEntry(run, tools)], run, folders)
}

/** The definition's own entry. What it leaves to its image is absent. */
function definitionEntry(run: RunConfig, tools: ToolSettings): MetadataEntry {
  const { unset = [], containerUser, remoteUser, options } = run
  const forwardPorts = [
    ...new Set(run.ports.flatMap(({ container, protocol }) => (protocol === 'tcp' ? [container] : []))),
  ]
  return {
    ...run.hooks,
    ...tools,
    ...(run.mounts.length > 0 && { mounts: run.mounts.map(writtenMount) }),
    ...(hasAny(run.containerEnv) && { containerEnv: run.containerEnv }),
    ...(containerUser !== undefined && { containerUser }),
    init: run.init,
    ...(options.privileged && { privileged: true }),
    ...(options.capAdd && { capAdd: options.capAdd }),
    ...(options.securityOpt && { securityOpt: options.securityOpt }),
    ...(remoteUser !== undefined && { remoteUser }),
    ...(!unset.includes('userEnvProbe') && { userEnvProbe: run.userEnvProbe }),
    ...(hasAny(run.remoteEnv) && { remoteEnv: run.remoteEnv }),
    ...(!unset.includes('overrideCommand') && { overrideCommand: run.overrideCommand }),
    ...(forwardPorts.length > 0 && { forwardPorts }),
  }
}

const hasAny = (values: object): boolean => Object.keys(values).length > 0

function writtenMount(mount: Mount): Record<string, string | boolean> {
  const { kind: type, target } = mount
  if (mount.kind === 'tmpfs') return { type, target }
  return { type, source: mount.source, target, ...(mount.readOnly && { readonly: true }) }
}
