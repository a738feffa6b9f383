import type { ErrorReport } from '../../shared/operation.ts'
import { t } from '../messages/messages.ts'

/** A failure for a person: what happened, why, what to do. */
export class ProductFailure extends Error {
  readonly report: ErrorReport

  constructor(report: ErrorReport, options?: ErrorOptions) {
    super(report.message, options)
    this.name = 'ProductFailure'
    this.report = report
  }

  /** The code of shared/errors.ts, or `connection-lost`. */
  get code(): string {
    return this.report.code
  }
}

/** No answer can come, because the connection is gone. */
export const connectionLost = (cause?: unknown): ProductFailure =>
  new ProductFailure(
    {
      code: 'connection-lost',
      message: t('failure.lost'),
      why: t('failure.lostWhy'),
      hint: t('failure.lostHint'),
      data: {},
    },
    { cause },
  )

/** Whatever was thrown as a failure that can be shown; what the contract does not name is a fault of ours. */
export function toFailure(error: unknown): ProductFailure {
  if (error instanceof ProductFailure) return error
  const report = productReport(error)
  if (report) return new ProductFailure(report, { cause: error })
  const problem = error instanceof Error ? error.message : String(error)
  return new ProductFailure(
    {
      code: 'internal',
      message: t('failure.internal'),
      why: problem,
      hint: t('failure.internalHint'),
      data: {},
    },
    { cause: error },
  )
}

/** The report that a contract's error carries. */
function productReport(error: unknown): ErrorReport | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error) || error.code !== 'PRODUCT') return
  return (error as { data?: ErrorReport }).data
}
