import { buildErrors } from './errors/build.ts'
import { cloneErrors } from './errors/clone.ts'
import { commandErrors } from './errors/command.ts'
import { definitionErrors } from './errors/definition.ts'
import { editorErrors } from './errors/editor.ts'
import { engineErrors } from './errors/engine.ts'
import type { Entry } from './errors/entry.ts'
import { environmentErrors } from './errors/environment.ts'
import { fileErrors } from './errors/file.ts'
import { layerErrors } from './errors/layer.ts'
import { lockErrors } from './errors/lock.ts'
import { operationErrors } from './errors/operation.ts'
import { projectErrors } from './errors/project.ts'
import { screenErrors } from './errors/screen.ts'
import { secretErrors } from './errors/secret.ts'
import { serviceErrors } from './errors/service.ts'
import { trustErrors } from './errors/trust.ts'
import { versionErrors } from './errors/version.ts'
import { volumeErrors } from './errors/volume.ts'
import type { ErrorReport } from './operation.ts'

/** The catalogue: every failure that a person may meet, by its code. */
const ERRORS = {
  ...projectErrors,
  ...cloneErrors,
  ...definitionErrors,
  ...trustErrors,
  ...layerErrors,
  ...lockErrors,
  ...engineErrors,
  ...editorErrors,
  ...buildErrors,
  ...environmentErrors,
  ...serviceErrors,
  ...fileErrors,
  ...secretErrors,
  ...volumeErrors,
  ...versionErrors,
  ...operationErrors,
  ...screenErrors,
  ...commandErrors,
}

export type ErrorCode = keyof typeof ERRORS
export type ErrorData<C extends ErrorCode> = Parameters<(typeof ERRORS)[C]['message']>[0]

/** A failure with a code, a sentence and a next step. */
export class ProductError extends Error {
  readonly code: ErrorCode
  readonly data: Record<string, unknown>
  readonly why: string
  readonly hint: string
  readonly exit: number

  constructor(code: ErrorCode, data: Record<string, unknown>, options?: ErrorOptions) {
    const { message, why, hint, exit } = ERRORS[code] as Entry<Record<string, unknown>>
    super(message(data), options)
    this.name = 'ProductError'
    this.code = code
    this.data = data
    this.why = why(data)
    this.hint = hint(data)
    this.exit = exit
  }
}

/** Makes a product error; `cause` keeps what went wrong underneath. */
export function productError<C extends ErrorCode>(
  code: C,
  data: ErrorData<C>,
  options?: ErrorOptions,
): ProductError {
  return new ProductError(code, data, options)
}

/** Narrows an unknown failure to a product error, of one code if given. */
export function isProductError(error: unknown, code?: ErrorCode): error is ProductError {
  return error instanceof ProductError && (code === undefined || error.code === code)
}

/** Any failure in the form that is printed, sent and recorded; what is no product error is `internal`. */
export function reportOf(error: unknown): ErrorReport {
  const { code, message, why, hint, data } = toProductError(error)
  return { code, message, why, hint, data }
}

/** A failure as a product error; what is none is a fault of ours: `internal`. */
export function toProductError(error: unknown): ProductError {
  if (isProductError(error)) return error
  const problem = error instanceof Error ? error.message : String(error)
  return productError('internal', { problem }, { cause: error })
}

/** A failure of Node's system calls; with codes (`ENOENT`, `EACCES` …), one of those. */
export function isSystemError(error: unknown, ...codes: string[]): error is NodeJS.ErrnoException {
  if (!(error instanceof Error) || !('code' in error)) return false
  return codes.length === 0 ? 'syscall' in error : codes.includes(String(error.code))
}
