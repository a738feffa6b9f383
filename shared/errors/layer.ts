import { entry } from './entry.ts'
import { at } from './wording.ts'

/** How a project is run without a layer. */
const WITHOUT = 'run this project without it: "pristine settings layer off"'

/** What can go wrong with a person's own layer. */
export const layerErrors = {
  /** `file`: where the text is; `stored`: whether it is the layer that counts, and not a text that was to become it. */
  'layer-invalid': entry<{ file: string; line?: number; column?: number; problem: string; stored: boolean }>({
    message: (d) => `${at(d)} cannot be used as your layer.`,
    why: (d) => d.problem,
    hint: (d) =>
      d.stored
        ? `Correct it with "pristine settings layer edit", or ${WITHOUT}.`
        : 'Correct it there; then "pristine settings layer set FILE" saves it. The layer that you had still counts.',
    exit: 2,
  }),
  'layer-conflict': entry<{
    file: string
    line?: number
    column?: number
    target: string
    definition: string
  }>({
    message: (d) => `Your layer ${at(d)} mounts something at ${d.target}, where the project has a mount.`,
    why: (d) =>
      `${d.definition} or a feature of it mounts something there, and a layer replaces nothing of theirs.`,
    hint: () =>
      `Choose another target with "pristine settings layer edit", give the project a layer of its own (--project), or ${WITHOUT}.`,
    exit: 2,
  }),
  'layer-missing': entry<{ of: 'all' | 'project' }>({
    message: (d) =>
      d.of === 'all' ? 'You have no layer for all projects.' : 'This project has no layer of its own.',
    why: () => 'There is nothing to use or to remove.',
    hint: (d) => `Write one with "pristine settings layer edit${d.of === 'project' ? ' --project' : ''}".`,
    exit: 2,
  }),
  'layer-unchanged': entry<{ problem: string }>({
    message: () => 'Your layer was not changed.',
    why: (d) => d.problem,
    hint: () =>
      'Set EDITOR to an editor that waits until you are done, or write a file and run "pristine settings layer set FILE".',
    exit: 1,
  }),
}
