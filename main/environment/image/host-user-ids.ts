import type { Ids } from '../../container/launch/accounts.ts'

/** The person who works, and the owner of the files. */
export interface Person {
  /** The ids of this process. */
  process: Ids
  /** The owner of the workspace's folder; undefined if the folder is not on this computer or cannot be read. */
  workspaceOwner: Ids | undefined
  /** Whether a folder or file of this computer is mounted. */
  hasBind: boolean
}

/**
 * The ids that the user of commands has on this computer; undefined for those of the image. They are the person's, where
 * files of this computer are mounted. Only root, who works for somebody else, takes those of the workspace's owner: a
 * person keeps their own in a folder that they share.
 */
export function hostUserIds({ process, workspaceOwner, hasBind }: Person): Ids | undefined {
  if (process.uid !== 0) return hasBind ? process : undefined
  return workspaceOwner?.uid === 0 ? undefined : workspaceOwner
}
