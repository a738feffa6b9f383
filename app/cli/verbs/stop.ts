import type { Environment } from '../../../shared/environment.ts'
import { printJson, printLine } from '../output.ts'
import type { Session } from '../session.ts'
import { describePorts } from '../wording.ts'

/** `pristine stop`: stops the environment. */
export async function stop(session: Session): Promise<number> {
  return show(session, await session.engine.stop(session.folder, session.run))
}

/** `pristine restart`: stops and starts the environment, or a service of it. */
export async function restart(session: Session, { service }: { service?: string }): Promise<number> {
  return show(session, await session.engine.restart(session.folder, session.run, service))
}

function show(session: Session, environment: Environment): number {
  session.settle()
  if (session.json) printJson({ environment })
  else if (environment.state === 'absent') printLine('There is no environment.')
  else printLine([environment.state, describePorts(environment)].filter(Boolean).join(' · '))
  return 0
}
