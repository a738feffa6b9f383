import { chmod } from 'node:fs/promises'
import path from 'node:path'
import type { ProjectKey } from '../../shared/ids.ts'
import { ensureFolder, type Home } from '../store/home.ts'
import { readSettings } from '../store/settings.ts'

/** Where containers see the folder with the person's forwarded ssh agent. */
export const AGENT_TARGET = '/run/pristine-agent'

/**
 * The folder with the person's ssh agent for an environment; undefined if they did not allow it. Its place is always
 * the same: what an agent's own socket is called changes with each login, and a container whose mount is gone cannot be
 * started any more.
 */
export async function sshAgentFolder(home: Home, key: ProjectKey): Promise<string | undefined> {
  const { sshAgent } = await readSettings(home)
  return sshAgent.includes(key) ? agentFolderOf(home, key) : undefined
}

/** The same of a container that has it already. Short: a socket's path holds 107 bytes (unix(7)). */
export function agentFolderOf(home: Home, key: ProjectKey): string {
  const hash = key.slice(key.lastIndexOf('-') + 1)
  // One of a project with an older key is mounted where it is.
  return path.join(home.root, 'agents', hash.length > 8 ? BigInt(`0x${hash}`).toString(36) : hash)
}

/** Errors: `storage-failed`. */
export async function makeAgentFolder(folder: string): Promise<void> {
  // No other user of this computer has access; inside, the user who runs commands has to reach the socket.
  await ensureFolder(path.dirname(folder))
  await ensureFolder(folder)
  await chmod(folder, 0o711)
}
