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
}
