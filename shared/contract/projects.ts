import { eventIterator } from '@orpc/contract'
import * as z from 'zod/mini'
import { DeferredContent } from '../clone.ts'
import { OperationId, ProjectKey } from '../ids.ts'
import { DefinitionText, ProjectSummary, ProjectsEvent } from '../project.ts'
import { Proposal, ProposalFingerprint } from '../proposal.ts'
import { method, project } from './method.ts'

/** The list of projects. */
export const projects = {
  /** Opens a folder, which only reads, and puts it on the list. */
  open: method
    .input(z.strictObject({ folder: z.string().check(z.minLength(1), z.maxLength(4096)) }))
    .output(ProjectSummary),
  /**
   * Clones a git URL (`url#branch`) into a folder, by its whole path, and opens it. A folder that is a clone of it
   * already is opened as it is, without an operation. A project whose clone failed or was cancelled leaves the list.
   */
  clone: method
    .input(
      z.strictObject({
        source: z.string().check(z.minLength(1), z.maxLength(2000)),
        /** A branch, tag or commit; else what the URL names, else what the repository chooses. */
        reference: z.nullable(z.string().check(z.minLength(1), z.maxLength(200))),
        destination: z.string().check(z.maxLength(4096), z.regex(/^[^\0]+$/)),
      }),
    )
    .output(z.strictObject({ project: ProjectKey, operation: z.nullable(OperationId) })),
  /** Puts the sample project into a new folder of the person's and opens it. */
  openSample: method.output(ProjectSummary),
  /** Takes a project off the list; its environment, versions and data stay. */
  forget: method.input(project),
  watch: method.output(eventIterator(ProjectsEvent)),
  /** What its clone has not fetched yet, which its first start fetches; null when that is nothing. */
  leftOut: method.input(project).output(z.nullable(DeferredContent)),
  definition: method.input(project).output(DefinitionText),
  /** A definition for a project that has none; only reads. */
  propose: method.input(project).output(Proposal),
  /** Writes a proposal that was shown; refused when it would be another one by now. */
  writeProposal: method.input(z.extend(project, { fingerprint: ProposalFingerprint })),
}
