import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Engine } from '../connection/connect.ts'
import type { StartedExec } from './exec-start.ts'

/**
 * The process id of a running command inside its container, if this computer's processes are the engine's; none if it
 * has ended or is unknown. `container` is its id.
 */
export async function pidInside(
  engine: Engine,
  container: string,
  { exec }: Pick<StartedExec, 'exec'>,
): Promise<string[]> {
  if (!engine.local) return []
  const state = await exec.inspect().catch(() => undefined)
  if (!state?.Running || !state.Pid) return []
  const [status, cgroup] = await Promise.all(
    ['status', 'cgroup'].map((file) =>
      readFile(path.join('/proc', String(state.Pid), file), 'utf8').catch(() => ''),
    ),
  )
  // An engine in a virtual machine counts other processes than this computer.
  if (!cgroup?.includes(container)) return []
  const ids = /^NSpid:\s*(.+)$/m.exec(status ?? '')?.[1]?.split(/\s+/)
  return ids?.slice(-1) ?? []
}
