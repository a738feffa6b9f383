import { readdirSync, readFileSync } from 'node:fs'

/** A process group, which all belong to that its first process started, unless they made a group of their own. */
export class ProcessGroup {
  private readonly id: number

  /** `id`: the pid of its first process, which was spawned `detached`. */
  constructor(id: number) {
    this.id = id
  }

  /** Signals all of them; does nothing when none is left. */
  signal(name: NodeJS.Signals): void {
    try {
      process.kill(-this.id, name)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }

  /** The command lines of those that live; nothing where there is no /proc. */
  living(): string[] {
    return pids().flatMap((pid) => this.commandOf(pid) ?? [])
  }

  private commandOf(pid: string): string | undefined {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      // proc_pid_stat(5): after the name in brackets, the state, the parent and the group.
      const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      if (Number(group) !== this.id || state === 'Z') return undefined
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
    } catch {
      // It has ended meanwhile.
      return undefined
    }
  }
}

function pids(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return []
  }
}
