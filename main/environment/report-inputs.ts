import path from 'node:path'
import type { Run } from '../../shared/operation.ts'
import type { InputReason } from '../definition/inputs/project-inputs.ts'
import type { Planned } from '../plan/plan.ts'

/** At most this many files that a build reads are listed. */
const MAX = 200

const WHY: Record<InputReason, string> = {
  setting: 'customizations.pristine.inputs',
  lockfile: 'a lockfile',
  beside: 'beside the definition',
  hook: 'a hook can name it',
}

/** Lists the files that are part of a version, and why, in the log of the step in which they were read. */
export function reportInputs({ plan, reasons }: Planned, run: Run): void {
  const log = (text: string): void => run.report({ kind: 'log', step: 'inputs', text })
  for (const { context, files } of plan.services) {
    for (const [name] of files.slice(0, MAX))
      log(`input ${path.posix.join(context, name)}: the build can read it`)
    if (files.length > MAX) log(`and ${files.length - MAX} more files that the build can read`)
  }
  for (const [name] of plan.inputs) log(`input ${name}: ${WHY[reasons.get(name) ?? 'setting']}`)
}
