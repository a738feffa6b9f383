import * as z from 'zod/mini'
import type { ErrorReport } from './operation.ts'

/** One line of a proposed file: its text and its reason; lines that only hold others together have none. */
export const ProposedLine = z.strictObject({
  text: z.string(),
  reason: z.nullable(z.string()),
  /** The file of the project that the reason comes from, relative to its folder. */
  from: z.nullable(z.string()),
})
export type ProposedLine = z.infer<typeof ProposedLine>

/** A file of a proposal; `file` is relative to the project's folder. Its text is its lines, each ended by a newline. */
export const ProposedFile = z.strictObject({ file: z.string(), lines: z.array(ProposedLine) })
export type ProposedFile = z.infer<typeof ProposedFile>

/** SHA-256 of a proposal's files, in hex: what is written is what was shown. */
export const ProposalFingerprint = z.string().check(z.regex(/^[0-9a-f]{64}$/))

/** A definition that Pristine suggests for a project that has none. It is written on consent only. */
export const Proposal = z.strictObject({
  fingerprint: ProposalFingerprint,
  /** What the project was recognised as, such as "Node.js"; null where nothing was recognised. */
  stack: z.nullable(z.string()),
  /** Why that one, where there were several. */
  chosen: z.nullable(z.string()),
  files: z.array(ProposedFile),
  /** What the definition does not do, and what could not be read. */
  warnings: z.array(z.string()),
})
export type Proposal = z.infer<typeof Proposal>

/** The text of a proposed file. */
export const proposedText = ({ lines }: ProposedFile): string => lines.map(({ text }) => `${text}\n`).join('')

/** Whether something failed because a project has no definition. */
export const lacksDefinition = ({ code }: Pick<ErrorReport, 'code'>): boolean => code === 'definition-missing'
