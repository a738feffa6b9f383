import type { FileKind } from '../file.ts'
import { entry } from './entry.ts'

const WHAT: Record<FileKind, string> = {
  file: 'a file',
  folder: 'a folder',
  link: 'a link',
  pipe: 'a pipe',
  socket: 'a socket',
  device: 'a device',
  gone: 'deleted',
}

/** What can go wrong with files inside a container, and with those of this computer that are copied there. */
export const fileErrors = {
  'path-missing': entry<{ path: string }>({
    message: (d) => `The container has no ${d.path}.`,
    why: () => 'There is nothing of that name, or the link there leads to nothing.',
    hint: () => 'List a folder with "pristine files FOLDER" to see what is there.',
    exit: 1,
  }),
  'path-not-folder': entry<{ path: string }>({
    message: (d) => `${d.path} is not a folder.`,
    why: () => 'Only folders can be listed, and have files put into them.',
    hint: () => 'Name the folder that it is in.',
    exit: 2,
  }),
  'path-not-file': entry<{ path: string; kind: FileKind }>({
    message: (d) => `${d.path} is ${WHAT[d.kind]}, not a file.`,
    why: (d) =>
      d.kind === 'folder'
        ? 'Files are copied and shown one at a time.'
        : 'Reading it could wait forever, or have effects: Pristine never does.',
    hint: (d) =>
      d.kind === 'folder'
        ? `Name a file in it, or pack it inside first ("pristine exec -- tar -cf ARCHIVE ${d.path}").`
        : 'Name a file.',
    exit: 2,
  }),
  'path-not-shown': entry<{ path: string; place: 'memory' | 'kernel' }>({
    message: (d) => `Pristine cannot reach into ${d.path}.`,
    why: (d) =>
      d.place === 'memory'
        ? 'It lies in memory, and the engine shows nothing of that.'
        : 'The kernel makes what is there at the moment that it is read; no disk has it.',
    hint: (d) =>
      d.place === 'memory'
        ? 'Copy it inside to or from another folder ("pristine exec -- cp").'
        : 'Look at it inside ("pristine shell").',
    exit: 1,
  }),
  'folder-not-listed': entry<{ path: string; problem: string }>({
    message: (d) => `The folder ${d.path} cannot be listed.`,
    why: (d) => d.problem,
    hint: () =>
      'A folder is listed with the programs sh, stat and xargs of the image. "pristine drift" shows what changed without them.',
    exit: 1,
  }),
  'path-exists': entry<{ path: string; isFolder: boolean }>({
    message: (d) => `${d.path} exists already.`,
    why: (d) =>
      d.isFolder ? 'A folder is not replaced by a file.' : 'A file is only replaced if you ask for it.',
    hint: (d) =>
      d.isFolder ? 'Use another name.' : 'Use another name, or replace it ("pristine cp --replace").',
    exit: 1,
  }),
  'file-not-copied': entry<{ path: string; problem: string }>({
    message: (d) => `${d.path} was not copied.`,
    why: (d) => d.problem,
    hint: () => 'Nothing was changed. Mend that, and copy it again.',
    exit: 1,
  }),
  'transfer-unknown': entry<Record<never, never>>({
    message: () => 'The upload is over.',
    why: () => 'Nothing of it came for a minute, or it was cancelled.',
    hint: () => 'Start it again.',
    exit: 1,
  }),
}
