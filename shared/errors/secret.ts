import { SECRET_NAME } from '../definition.ts'
import { entry } from './entry.ts'
import { listed } from './wording.ts'

/** What can go wrong with secrets and where they are kept. */
export const secretErrors = {
  'secret-undeclared': entry<{ name: string; declared: string[]; at?: string }>({
    message: (d) =>
      d.at === undefined
        ? `The definition declares no secret ${d.name}.`
        : `${d.at}: the build needs a secret ${d.name}, which the definition does not declare.`,
    why: (d) =>
      d.declared.length > 0
        ? `It declares ${listed(d.declared)}.`
        : 'It declares none, and only declared secrets are provided.',
    hint: (d) =>
      SECRET_NAME.test(d.name)
        ? `Add "${d.name}": {} to "secrets" in devcontainer.json first.`
        : 'Give it a name of letters, digits and "_", and add that to "secrets" in devcontainer.json.',
    exit: 2,
  }),
  'secret-missing': entry<{ name: string; at: string; problem: string | null }>({
    message: (d) => `${d.at}: the build needs the secret ${d.name}, which has no value.`,
    why: (d) => d.problem ?? 'You were not asked for it here, or you skipped it.',
    hint: (d) =>
      `Run "pristine secrets set ${d.name}", or set PRISTINE_SECRET_${d.name} in your environment; then "pristine up". The environment is as it was.`,
    exit: 5,
  }),
  'secret-invalid': entry<{ name: string; problem: string }>({
    message: (d) => `The value of ${d.name} is not kept.`,
    why: (d) => d.problem,
    hint: () =>
      'Give another value. One that is not plain text can be given as base64, a large one by its file.',
    exit: 2,
  }),
  'key-store-unusable': entry<{ store: string | null; problem: string }>({
    message: (d) => `A secret cannot be kept in ${d.store ?? 'a key store'}.`,
    why: (d) => d.problem,
    hint: () =>
      'Give the value in the variable PRISTINE_SECRET_<name> of your environment: Pristine writes no secret to the disk.',
    exit: 1,
  }),
}
