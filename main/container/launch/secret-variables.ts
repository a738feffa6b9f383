import type { ComposeRecord, Hook, HookName, RunConfig } from '../../../shared/definition.ts'
import { textsIn, variableTexts } from '../../definition/compose/baked-texts.ts'
import { namesInText } from '../../definition/compose/variables/evaluate.ts'
import { environmentVariablesIn } from '../../definition/devcontainer/document/substitute.ts'
import { isHarmlessVariable } from '../../trust/decide-trust.ts'

/** A service with its templates. */
interface Written {
  run: RunConfig
  hooks: Partial<Record<HookName, Hook[]>>
  compose?: ComposeRecord | undefined
}

/**
 * The names of the variables of this computer's environment that a service may be given, or that its commands name, but
 * for those that only say who and where a person is. `given`: those that it is known to get in other ways, as in the
 * secrets, configs and `env_file` of Compose files.
 */
export function secretVariables(
  { run, hooks, compose = {} }: Written,
  given: readonly string[] = [],
): string[] {
  const texts = [...textsIn(compose), ...variableTexts(compose['environment'] ?? null)]
  const names = [...environmentVariablesIn([run, hooks]), ...texts.flatMap(namesInText), ...given]
  return [...new Set(names)].filter((name) => !isHarmlessVariable(name))
}
