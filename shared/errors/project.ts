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
  'project-key-taken': entry<{ path: string; other: string; file: string }>({
    message: (d) => `${d.path} cannot be opened: the data folder has another project in its place.`,
    why: (d) =>
      `It is recorded as the project in ${d.other}, and two folders never share containers, versions and data.`,
    hint: (d) => `If that is not so, correct or remove the record ${d.file}.`,
    exit: 1,
  }),
  'project-unknown': entry<{ key: string }>({
    message: (d) => `There is no project ${d.key}.`,
    why: () => 'It was never opened on this computer, or it was taken off the list.',
    hint: () => 'Open its folder first.',
    exit: 2,
  }),
}
