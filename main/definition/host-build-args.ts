import type { ImageSource } from '../../shared/definition.ts'
import { evaluate } from './compose/variables/evaluate.ts'
import { parseTemplate } from './compose/variables/template.ts'
import { substitute } from './devcontainer/document/substitute.ts'

/**
 * The build arguments that have their value of this computer, and not a default of the definition. `isCompose`: whether
 * they are those of Compose files.
 */
export function hostBuildArgs(
  { args, hostArgs }: Pick<Extract<ImageSource, { kind: 'build' }>, 'args' | 'hostArgs'>,
  isCompose: boolean,
): string[] {
  const defaultOf = isCompose ? composeDefault : (text: string) => substitute(text, { localEnv: {} })
  return Object.entries(hostArgs).flatMap(([name, text]) => (args[name] === defaultOf(text) ? [] : name))
}

function composeDefault(text: string): string | undefined {
  const parts = parseTemplate(text)
  const found =
    typeof parts === 'string'
      ? undefined
      : evaluate(
          parts,
          () => undefined,
          () => {},
        )
  return found?.kind === 'value' ? found.value : undefined
}
