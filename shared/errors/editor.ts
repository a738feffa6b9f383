import { entry } from './entry.ts'
import { listed } from './wording.ts'

/** What can go wrong while an editor is opened. */
export const editorErrors = {
  'editor-missing': entry<{ names: string[]; commands: string[] }>({
    message: (d) =>
      d.names.length === 1
        ? `${d.names[0]} was not found on this computer.`
        : 'No editor was found on this computer.',
    why: (d) =>
      d.commands.length === 1
        ? `Its command "${d.commands[0]}" is not on the PATH.`
        : `None of the commands ${listed(d.commands)} is on the PATH.`,
    hint: (d) =>
      d.names.length === 1
        ? 'Install it, or its shell command, or open the environment with another one.'
        : `Install ${d.names.join(' or ')}, or its shell command; "pristine shell" works without one.`,
    exit: 1,
  }),
  'editor-failed': entry<{ name: string; problem: string }>({
    message: (d) => `${d.name} could not be opened.`,
    why: (d) => d.problem,
    hint: () => 'Start it by itself once, and see that its extension for containers is installed.',
    exit: 1,
  }),
}
