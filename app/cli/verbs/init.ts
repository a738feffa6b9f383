import type { Proposal, ProposedFile } from '../../../shared/proposal.ts'
import { sanitize } from '../../../shared/sanitize.ts'
import { colour, printJson, printLine } from '../output.ts'
import { confirms } from '../prompt.ts'
import type { Session } from '../session.ts'

/** `pristine init`: proposes a definition, shows all of it, and writes it on consent; with `--plan` only shows it. */
export async function init(
  session: Session,
  options: { plan?: boolean },
  [folder]: string[],
): Promise<number> {
  const { engine, json } = session
  const where = folder ?? session.folder
  const proposal = await engine.propose(where)
  const written = options.plan ? false : await writeAgreed(session, where, proposal)
  if (json) printJson({ ...proposal, written })
  else if (options.plan) show(proposal, process.stdout)
  else if (written) printLine(`Next: "pristine up"${folder === undefined ? '' : ` in ${sanitize(folder)}`}.`)
  return 0
}

/** Shows a proposal, asks, and writes exactly what was shown; false when the person does not want it. */
export async function writeAgreed(session: Session, folder: string, proposal: Proposal): Promise<boolean> {
  const names = proposal.files.map(({ file }) => file).join(' and ')
  if (!session.json) show(proposal, process.stderr)
  const agreed = await confirms(session, `Writing ${names}`, `Write ${names}?`)
  if (agreed) await session.engine.writeProposal(folder, proposal.fingerprint)
  if (!session.json) printLine(agreed ? `${colour('green', '●')} Wrote ${names}.` : 'Nothing was written.')
  return agreed
}

/** The files as they would be written, with the reason of each line beside it, and what they do not do. */
function show({ stack, chosen, files, warnings }: Proposal, stream: NodeJS.WriteStream): void {
  const say = (text: string) => stream.write(`${text}\n`)
  say(stack === null ? 'Nothing here shows a known stack.' : `This is ${stack}.${chosen ? ` ${chosen}` : ''}`)
  for (const file of files) for (const line of fileLines(file, stream)) say(line)
  say('')
  for (const warning of warnings) say(`${colour('yellow', '!', stream)} ${warning}`)
  if (warnings.length > 0) say('')
}

/** Reasons are printed beside lines that leave room for them, and below the others. */
const WIDEST = 56

function fileLines({ file, lines }: ProposedFile, stream: NodeJS.WriteStream): string[] {
  const short = lines.map(({ text }) => text.length).filter((length) => length <= WIDEST)
  const width = Math.max(0, ...short)
  const shown = lines.flatMap(({ text, reason }) => {
    if (reason === null) return [`  ${text}`]
    const because = colour('dim', `← ${reason}`, stream)
    if (text.length <= WIDEST) return [`  ${text.padEnd(width)}  ${because}`]
    return [`  ${text}`, `  ${' '.repeat(width)}  ${because}`]
  })
  return ['', colour('bold', file, stream), ...shown]
}
