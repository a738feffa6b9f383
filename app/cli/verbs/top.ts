import type { ContainerProcess } from '../../../shared/container.ts'
import { sanitize } from '../../../shared/sanitize.ts'
import { colour, printJson, printTable } from '../output.ts'
import type { Session } from '../session.ts'
import { describeBytes } from '../wording.ts'

/** `pristine top`: the processes of the environment; with `--json`, also what its containers were created with. */
export async function top(session: Session, { service }: { service?: string }): Promise<number> {
  const { signal } = session.run
  const services = await session.engine.top(session.folder, { service, signal })
  session.settle()
  if (session.json) {
    printJson({ services })
    return 0
  }
  const several = services.length > 1
  const titles = [...(several ? ['SERVICE'] : []), 'PID', 'USER', 'CPU TIME', 'MEMORY', 'COMMAND']
  printTable([
    titles.map((title) => colour('dim', title)),
    ...services.flatMap(({ service, processes }) =>
      processes.map((one) => [...(several ? [sanitize(service)] : []), ...describeProcess(one)]),
    ),
  ])
  return 0
}

const describeProcess = ({ pid, user, cpu, memory, command }: ContainerProcess): string[] => [
  String(pid),
  sanitize(user),
  describeTime(cpu),
  memory === null ? '-' : describeBytes(memory),
  sanitize(command),
]

/** "0:07", "12:34", "1:02:03" */
function describeTime(seconds: number): string {
  const whole = Math.floor(seconds)
  const two = (value: number) => String(value % 60).padStart(2, '0')
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes}:${two(whole)}`
  return `${Math.floor(minutes / 60)}:${two(minutes)}:${two(whole)}`
}
