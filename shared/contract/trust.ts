import * as z from 'zod/mini'
import { Sha256 } from '../ids.ts'
import { PermissionRequest } from '../trust.ts'
import { method, project } from './method.ts'

/** The permissions of a project. */
export const trust = {
  /** What the definition reaches today, and what of it was granted. Only reads. */
  request: method.input(project).output(PermissionRequest),
  /** Grants a request that was shown; `trust-outdated` when today's is another one. Starts nothing. */
  grant: method.input(z.extend(project, { fingerprint: Sha256 })).output(PermissionRequest),
  /** Takes back everything that was granted; what runs goes on. */
  revoke: method.input(project).output(z.nullable(PermissionRequest)),
}
