import path from 'node:path'
import type { InputChange } from '../../shared/change.ts'
import { parseJsonc } from '../definition/devcontainer/document/jsonc.ts'
import { validate } from '../definition/devcontainer/document/validate.ts'
import { FeatureMetadata } from '../definition/features/feature-metadata.ts'
import { optionVariable } from '../definition/features/feature-options.ts'
import type { Home } from '../store/home.ts'
import type { ComparedPlan } from './compared-plan.ts'
import { readContent } from './planned-content.ts'

const METADATA = 'devcontainer-feature.json'
/** As `comparePlans` names the option of a feature: by its variable. */
const OPTION = /^((?:.*: )?option )(\w+)( of feature (.*))$/s

/**
 * The same change, with the option of a feature named as a definition writes it (`installZsh`), and not by the variable
 * of the install script (`INSTALLZSH`), where what the feature declares is on this computer.
 */
export function withOptionName(
  home: Home,
  change: InputChange,
  before: ComparedPlan,
  after: ComparedPlan,
): InputChange {
  const [, prefix, variable, suffix, feature] = OPTION.exec(change.input) ?? []
  if (variable === undefined || feature === undefined) return change
  const name = [after, before].flatMap((compared) =>
    declaredOptions(home, compared, feature).filter((option) => optionVariable(option) === variable),
  )[0]
  return name === undefined ? change : { ...change, input: `${prefix}${name}${suffix}` }
}

function declaredOptions(home: Home, { plan, folder }: ComparedPlan, id: string): string[] {
  const features = plan.services.flatMap((service) => service.features ?? [])
  for (const { files } of features.filter((feature) => feature.id === id)) {
    const sha256 = files.find(([name]) => name === METADATA)?.[2]
    const at = path.posix.join(id, METADATA)
    const text = sha256 === undefined ? undefined : readContent(home, sha256, at, folder?.path)
    if (text === undefined) continue
    const document = parseJsonc(at, text)
    return Object.keys(validate(FeatureMetadata, document.value, document).options ?? {})
  }
  return []
}
