import { clean } from '../../../shared/clean.ts'
import type { UpResult } from '../../../shared/result.ts'
import { colour, printJson, printLine } from '../output.ts'
import type { Session } from '../session.ts'
import { describePorts, describeReasons } from '../wording.ts'

/** `pristine up`: brings the environment to what the definition says, or with `--plan` says what that would take. */
export async function up(session: Session, options: { plan?: boolean }, [folder]: string[]): Promise<number> {
  const { engine, definition, frozen, run } = session
  const where = folder ?? session.folder
  const began = Date.now()
  const result = options.plan
    ? await engine.planUp(where, { definition, frozen }, run)
    : await engine.up(where, { definition, frozen }, run)
  session.settle()
  if (session.json) printJson(result)
  else printResult(result, options.plan === true, Date.now() - began)
  return 0
}

/** What happened, why, and where the environment is. */
export function printResult(result: UpResult, planned: boolean, milliseconds: number): void {
  const { version, action, because, environment, lock, project } = result
  // What was written was said when it was.
  for (const reference of planned ? lock.added : []) printLine(`pristine.lock: would pin ${clean(reference)}`)
  for (const reference of planned ? lock.removed : [])
    printLine(`pristine.lock: would drop ${clean(reference)}`)
  const name = colour('bold', `v${version.ordinal}`)
  // On a terminal the reason stands above the steps already.
  if (because.length > 0 && (planned || !process.stdout.isTTY))
    printLine(`${name}: ${describeReasons(because)}`)
  const done = planned ? PLANNED[action] : DONE[action]
  const time = planned ? '' : colour('dim', ` in ${(milliseconds / 1000).toFixed(1)} s`)
  printLine(`${colour('green', '●')} ${clean(project.name)}: ${done} ${name}${time}`)
  if (environment.state === 'unhealthy')
    printLine(colour('yellow', '  its health check fails; see "pristine logs", or "pristine restart"'))
  const ports = describePorts(environment)
  if (ports && !planned) printLine(`  ${ports}`)
}

const DONE = {
  none: 'nothing to do, running',
  started: 'started',
  recreated: 'replaced by',
  built: 'built and running',
  pulled: 'pulled and running',
} as const
const PLANNED = {
  none: 'nothing to do, running',
  started: 'would start',
  recreated: 'would be replaced by',
  built: 'would build and run',
  pulled: 'would pull and run',
} as const
