import { type DeclaredSecret, SECRET_NAME } from '../../../../shared/definition.ts'
import type { DevcontainerJson } from './schema.ts'
import { invalid, type Origin } from './source-position.ts'

const LONGEST_NAME = 128
/** The person is asked for each of them. */
const MAX = 100

/**
 * The secrets that a definition declares, sorted by name (containers.dev, "secrets": recommended, not required).
 * Errors: `definition-invalid`.
 */
export function readSecrets({ secrets = {} }: DevcontainerJson, origin: Origin): DeclaredSecret[] {
  const entries = Object.entries(secrets)
  if (entries.length > MAX) throw invalid(origin, ['secrets'], `expected at most ${MAX} secrets`)
  return entries
    .map(([name, { description, documentationUrl }]) => {
      if (!SECRET_NAME.test(name) || name.length > LONGEST_NAME) {
        throw invalid(origin, ['secrets', name], `"${name}" cannot be the name of a secret's variable`)
      }
      return {
        name,
        ...(description !== undefined && { description }),
        ...(documentationUrl !== undefined && { documentationUrl }),
      }
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
