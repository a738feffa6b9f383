import { entry } from './entry.ts'

/** What can go wrong with the list of projects. */
export const projectErrors = {
  'project-missing': entry<{ path: string; meant?: string }>({
    message: (d) => `There is no folder ${d.path}.`,
    why: () => 'The path does not exist, or is a file.',
    hint: (d) =>
      d.meant === undefined
        ? 'Give the folder of a project, or run the command inside one.'
        : `If you mean the repository, give its whole address: ${d.meant}`,
    exit: 2,
  }),
  'project-unknown': entry<{ key: string }>({
    message: (d) => `There is no project ${d.key}.`,
    why: () => 'It was never opened on this computer, or it was taken off the list.',
    hint: () => 'Open its folder first.',
    exit: 2,
  }),
}
