import { clean } from '../../../shared/clean.ts'
import type { Proposal, ProposedFile } from '../../../shared/proposal.ts'
import { agrees } from '../ask.ts'
import { colour, printJson, printLine } from '../output.ts'
import type { Session } from '../session.ts'

/** `pristine init`: proposes a definition, shows all of it, and writes it on consent; with `--plan` only shows it. */
export async function init(
  session: Session,
  options: { plan?: boolean },
  [folder]: string[],
): Promise<number> {
  const where = folder ?? session.folder
  const proposal = await session.engine.propose(where)
  if (options.plan) {
    if (session.json) printJson({ ...proposal, written: false })
    else printProposal(proposal)
    return 0
  }
  if (!session.json) printProposal(proposal)
  const written = await writeAgreed(session, where, proposal)
  if (session.json) printJson({ ...proposal, written })
  else if (written) printLine(`Next: "pristine up"${folder === undefined ? '' : ` in ${clean(folder)}`}.`)
  return 0
}

/** Asks, and writes exactly what was shown; false when the person does not want it. */
export async function writeAgreed(session: Session, folder: string, proposal: Proposal): Promise<boolean> {
  const names = proposal.files.map(({ file }) => file).join(' and ')
  if (!(await agrees(session, `Writing ${names}`, `Write ${names}?`))) {
    printLine('Nothing was written.')
    return false
  }
  await session.engine.writeProposal(folder, proposal.fingerprint)
  if (!session.json) printLine(`${colour('green', '●')} Wrote ${names}.`)
  return true
}

/** The files as they would be written, with the reason of each line beside it, and what they do not do. */
export function printProposal({ stack, chosen, files, warnings }: Proposal): void {
  printLine(
    stack === null
      ? 'Nothing here shows a known stack.'
      : `This is ${stack}.${chosen ? ` ${clean(chosen)}` : ''}`,
  )
  for (const file of files) printFile(file)
  if (warnings.length > 0) printLine()
  for (const warning of warnings) printLine(`${colour('yellow', '!')} ${clean(warning)}`)
  printLine()
}

/** Reasons stand beside lines that leave them room, and below those that do not. */
const WIDEST = 56

function printFile({ file, lines }: ProposedFile): void {
  printLine()
  printLine(colour('bold', file))
  const short = lines.map(({ text }) => text.length).filter((length) => length <= WIDEST)
  const width = Math.max(0, ...short)
  for (const { text, reason } of lines) {
    if (reason === null) printLine(`  ${text}`)
    else if (text.length <= WIDEST) printLine(`  ${text.padEnd(width)}  ${colour('dim', `← ${reason}`)}`)
    else {
      printLine(`  ${text}`)
      printLine(`  ${' '.repeat(width)}  ${colour('dim', `← ${reason}`)}`)
    }
  }
}
