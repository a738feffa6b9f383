import { once } from 'node:events'
import { chmod, readdir, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { agentAnswers, askAgent } from './ssh-agent.ts'
import { AGENT_TARGET, makeAgentFolder } from './ssh-agent-folder.ts'

/**
 * A forwarded ssh agent, reachable from inside until it is disposed of; without a path, `problem` explains why it is
 * not.
 */
export interface ForwardedAgent extends AsyncDisposable {
  /** The socket's path inside. */
  path?: string
  problem?: string
}

let forwarded = 0

/**
 * Forwards the person's ssh agent to the containers that mount `folder`: a socket of this process passes on requests
 * that use keys, and none that changes the agent. It ends with this process, as with `ssh -A`: nothing is left for code
 * inside once the person has left.
 */
export async function forwardSshAgent(
  env: Record<string, string | undefined>,
  folder: string,
): Promise<ForwardedAgent> {
  const agent = env['SSH_AUTH_SOCK']
  if (!agent) return none('There is none: SSH_AUTH_SOCK is not set.')
  if (process.platform !== 'linux')
    return none('On this system the engine runs in a virtual machine, which does not reach it.')
  if (!(await agentAnswers(agent))) return none(`Nothing answers at ${agent} (SSH_AUTH_SOCK).`)
  await makeAgentFolder(folder)
  await removeDead(folder)
  const name = `${process.pid}-${++forwarded}`
  const file = path.join(folder, name)
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    // The client or the agent may disconnect at any time.
    pipeline(socket, (asked: AsyncIterable<Buffer>) => askAgent(agent, asked), socket).catch(() => {})
  })
  try {
    server.listen(file)
    await once(server, 'listening')
    await chmod(file, 0o666)
  } catch (error) {
    server.close()
    return none(`Its socket could not be made: ${(error as Error).message}`)
  }
  server.unref()
  return {
    path: path.posix.join(AGENT_TARGET, name),
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy()
      server.close()
      await rm(file, { force: true })
    },
  }
}

const none = (problem: string): ForwardedAgent => ({ problem, [Symbol.asyncDispose]: async () => {} })

/** Removes the sockets that a process which was killed left behind. */
async function removeDead(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name)
    if (!(await agentAnswers(file))) await rm(file, { force: true })
  }
}
