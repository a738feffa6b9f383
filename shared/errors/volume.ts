import { entry } from './entry.ts'
import { listed } from './wording.ts'

/** What can go wrong with data. */
export const volumeErrors = {
  'volume-foreign': entry<{ volume: string }>({
    message: (d) => `The volume ${d.volume} belongs to somebody else.`,
    why: () => 'It exists already and was not made by Pristine for this project.',
    hint: (d) =>
      `Look at it with "docker volume inspect ${d.volume}"; rename or remove it yourself if it is not needed.`,
    exit: 1,
  }),
  'volume-in-use': entry<{ volume: string; containers?: string[] }>({
    message: (d) => `The volume ${d.volume} is not removed.`,
    why: (d) =>
      d.containers === undefined
        ? 'A container uses it, perhaps one that is stopped.'
        : `${listed(d.containers)} uses it and is not of the environment; it may be stopped.`,
    hint: (d) =>
      d.containers === undefined
        ? 'Remove the environment first ("pristine rm"); nothing was removed.'
        : `Remove it first ("docker rm ${d.containers[0]}") if it is not needed; nothing was removed.`,
    exit: 1,
  }),
  'volume-shared': entry<{ volume: string; containers: string[] }>({
    message: (d) => `The data of the volume ${d.volume} is not captured.`,
    why: (d) =>
      `${listed(d.containers)} uses it, too, and is not of the environment: it would go on to change what was captured.`,
    hint: (d) => `Stop it first ("docker stop ${d.containers[0]}"); nothing was changed.`,
    exit: 1,
  }),
  'snapshot-unknown': entry<{ name: string; known: string[] }>({
    message: (d) => `There is no snapshot "${d.name}".`,
    why: (d) => (d.known.length > 0 ? `There are ${listed(d.known)}.` : 'No snapshot was taken yet.'),
    hint: () => 'Run "pristine snapshot list" to see them; nothing was changed.',
    exit: 2,
  }),
  'snapshot-exists': entry<{ name: string }>({
    message: (d) => `There is a snapshot "${d.name}" already.`,
    why: () => 'A name stands for one snapshot.',
    hint: (d) => `Use another name, or delete it first ("pristine snapshot delete ${d.name}").`,
    exit: 2,
  }),
  'snapshot-name': entry<{ name: string }>({
    message: (d) => `"${d.name}" cannot be the name of a snapshot.`,
    why: () =>
      'A name has up to 63 lower-case letters, digits, dots, dashes and underscores, and begins with a letter or a digit.',
    hint: () => 'Use another name.',
    exit: 2,
  }),
  'snapshot-gone': entry<{ name: string; volumes: string[] }>({
    message: (d) => `The snapshot "${d.name}" is not on this engine.`,
    why: (d) =>
      `Volumes of it are missing: ${listed(d.volumes)}. They were removed, or are on another engine.`,
    hint: (d) =>
      `Use the engine on which it was taken, or delete it ("pristine snapshot delete ${d.name}"); nothing was changed.`,
    exit: 1,
  }),
  'data-none': entry<{ name: string }>({
    message: (d) => `${d.name} has no data volumes.`,
    why: () => 'Only data in volumes can be captured: volumes of "mounts", and those that an image declares.',
    hint: () =>
      'Mount a volume where the data lies ("mounts"), or start the environment first ("pristine up").',
    exit: 1,
  }),
  'data-layers-missing': entry<{ volume: string; missing: string[] }>({
    message: (d) => `A part of the data of ${d.volume} is gone.`,
    why: (d) => `It consists of several volumes of the engine, and these are missing: ${listed(d.missing)}.`,
    hint: () =>
      'Restore a snapshot ("pristine snapshot list", "pristine snapshot restore NAME"), or begin with empty volumes ("pristine reset --data").',
    exit: 1,
  }),
  'data-not-shown': entry<{ volume: string; why: string }>({
    message: (d) => `The data of ${d.volume} cannot be mounted on this engine.`,
    why: (d) => `It consists of layers, and the engine mounts no overlays: ${d.why}`,
    hint: () => 'Use the engine, its version and its disk with which the data was made.',
    exit: 1,
  }),
  'data-not-copied': entry<{ volume: string; problem: string }>({
    message: (d) => `The data of ${d.volume} could not be copied.`,
    why: (d) => d.problem,
    hint: () => "Nothing was changed. Make room on the engine's disk if it is full, and run it again.",
    exit: 1,
  }),
  'data-copy-unsupported': entry<{ volume: string }>({
    message: (d) => `The data of ${d.volume} cannot be copied on this engine.`,
    why: () => 'Podman does not say who owns the files of a volume, so that a copy would belong to root.',
    hint: () =>
      'Use Docker Engine to capture and restore data, or begin with empty volumes ("pristine reset --data"); nothing was changed.',
    exit: 1,
  }),
  'snapshot-file-unusable': entry<{ file: string; problem: string }>({
    message: (d) => `The file ${d.file} cannot be used.`,
    why: (d) => d.problem,
    hint: () => 'Use another file; nothing was changed.',
    exit: 1,
  }),
  'snapshot-not-exported': entry<{ name: string; volume: string; problem: string }>({
    message: (d) => `The snapshot "${d.name}" cannot be exported.`,
    why: (d) => `What the volume ${d.volume} holds cannot be written into a file: ${d.problem}.`,
    hint: () =>
      'Change it in the environment, take another snapshot ("pristine snapshot take") and export that; no file was written.',
    exit: 1,
  }),
  'snapshot-archive-invalid': entry<{ file: string; problem: string }>({
    message: (d) => `${d.file} is not a snapshot that can be imported.`,
    why: (d) => d.problem,
    hint: () =>
      'Export the snapshot again ("pristine snapshot export"), and copy the whole file; nothing was imported.',
    exit: 1,
  }),
  'data-elsewhere': entry<{ file: string; home?: string; unrecorded?: boolean }>({
    message: () => 'The data went on without this record of it.',
    why: (d) =>
      d.home === undefined
        ? `The engine has newer volumes than ${d.file} knows: it is an older copy.`
        : d.unrecorded
          ? `The volumes were made with the data folder ${d.home}, and ${d.file} has a record of them; this data folder has none.`
          : `The engine has newer volumes than ${d.file} knows: they were made with the data folder ${d.home}.`,
    hint: (d) =>
      `Use ${d.home === undefined ? 'the newest copy of the file' : `that one (PRISTINE_HOME=${d.home})`}, or move ${d.file} away: the newest data is then found by the labels of its volumes, without the snapshots of this record. Nothing was changed.`,
    exit: 1,
  }),
  'data-unsettled': entry<{ file: string }>({
    message: () => 'A change of the data is not recorded yet.',
    why: (d) => `${d.file} could not be written when the environment with the changed data became ready.`,
    hint: (d) =>
      `Make room on the disk, or make ${d.file} writable, and run it again: it is recorded first. Until then the data cannot be changed again.`,
    exit: 1,
  }),
  'data-record-unreadable': entry<{ file: string; problem: string }>({
    message: (d) => `The record of the data ${d.file} cannot be read.`,
    why: (d) => d.problem,
    hint: (d) =>
      `Use the Pristine that wrote it, or move ${d.file} away: the data is then found by the labels of its volumes, without its snapshots.`,
    exit: 1,
  }),
}
