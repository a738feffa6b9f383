import { type ProductError, productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import type { ReadProject } from '../definition/read-project.ts'

type Read = Pick<ReadProject, 'definition' | 'services'>

/**
 * Refuses to build or run what Compose files define: it is planned, locked and reviewed only.
 * Error: services-not-run.
 */
export function requireOneService(read: Read): void {
  if (read.definition.stack) throw notRun(read)
}

/** Says the same of a plan. */
export function warnOfServices(read: Read, run: Run): void {
  if (read.definition.stack) run.report({ kind: 'warning', text: notRun(read).message })
}

const notRun = ({ definition: { file, kind }, services }: Read): ProductError =>
  productError('services-not-run', {
    file,
    services: services.map(({ service }) => service.name),
    alone: kind === 'compose',
  })
