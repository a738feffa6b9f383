import { invalid, type Origin } from '../devcontainer/document/source-position.ts'
import { isVariable, variablesIn } from '../devcontainer/document/substitute.ts'
import type { FeatureMetadata } from './feature-metadata.ts'

/** What a feature says about the container, as the specification lists it (https://containers.dev/implementors/spec/#merge-logic). */
const OF_CONTAINER = [
  'init',
  'privileged',
  'capAdd',
  'securityOpt',
  'entrypoint',
  'mounts',
  'customizations',
  'onCreateCommand',
  'updateContentCommand',
  'postCreateCommand',
  'postStartCommand',
  'postAttachCommand',
] as const

/** A variable of the image, in the forms that a Dockerfile knows: `${NAME}`, `${NAME:-other}`, `${NAME:+other}`. */
const OF_IMAGE = /^[A-Za-z_]\w*(?::[-+][^{}]*)?$/
/** Written for the same. */
const OF_CONTAINER_ENV = /\$\{containerEnv:([A-Za-z_]\w*)\}/g
const OF_COMPUTER = /^(?:localEnv|env):/

/**
 * The variables that a feature sets in the image; a value is read as that of ENV in a Dockerfile, where `$NAME` is the
 * image's variable. Those that name variables of this computer are not among them: no image
 * may hold their values. Error: definition-invalid in the feature's file, for a variable that neither knows.
 */
export function imageVariables(metadata: FeatureMetadata, origin: Origin): Record<string, string> {
  const variables: [string, string][] = []
  for (const [name, written] of Object.entries(metadata.containerEnv ?? {})) {
    if (!/^[A-Za-z_]\w*$/.test(name)) {
      throw invalid(origin, ['containerEnv', name], `"${name}" cannot be a variable's name`)
    }
    if (isOfComputer(written)) {
      const other = variablesIn(written).find((variable) => !OF_COMPUTER.test(variable))
      if (other === undefined) continue
      throw invalid(
        origin,
        ['containerEnv', name],
        `"containerEnv.${name}" cannot use both \${${other}}, which is the image's, and a variable of this computer`,
      )
    }
    const value = written.replace(OF_CONTAINER_ENV, (_, variable: string) => `\${${variable}}`)
    const unknown = variablesIn(value).find((variable) => !OF_IMAGE.test(variable) || isVariable(variable))
    if (value.replace(/\$\{[^}]*\}/g, '').includes('${')) {
      throw invalid(origin, ['containerEnv', name], `"containerEnv.${name}" has a "\${" without its "}"`)
    }
    if (unknown !== undefined) {
      throw invalid(
        origin,
        ['containerEnv', name],
        `"containerEnv.${name}" cannot use \${${unknown}}: a feature knows the image's variables, as \${PATH}, and \${localEnv:NAME}`,
      )
    }
    if (/[\r\n]/.test(value)) {
      throw invalid(origin, ['containerEnv', name], `"containerEnv.${name}" must be one line`)
    }
    variables.push([name, value])
  }
  return Object.fromEntries(variables)
}

/** The entry of a feature in the image's metadata. What names variables of this computer is set when a container is made. */
export function metadataEntry(id: string, metadata: FeatureMetadata): Record<string, unknown> {
  const said = OF_CONTAINER.filter((key) => metadata[key] !== undefined).map((key) => [key, metadata[key]])
  const later = Object.entries(metadata.containerEnv ?? {}).filter(([, value]) => isOfComputer(value))
  return {
    id,
    ...Object.fromEntries(said),
    ...(later.length > 0 && { containerEnv: Object.fromEntries(later) }),
  }
}

const isOfComputer = (value: string): boolean => variablesIn(value).some((name) => OF_COMPUTER.test(name))
