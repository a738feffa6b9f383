import { isProductError, ProductError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/operation.ts'
import type { Hidden } from '../../docker/streams/redactor.ts'
import type { Launch } from '../launch/prepare-launch.ts'
import { hiding, localValues, redact, redactRun, valuesOfSecrets } from '../redact-secrets.ts'

/**
 * Runs work whose commands receive the declared secrets: `work` gets their variables. No value of them, or of what the
 * service gets of the person's environment, is in what it reports or how it fails, as far as a program prints it as it
 * is. Secrets without a value are reported.
 * Errors: those of the work.
 */
export async function withSecrets<T>(
  launch: Launch,
  run: Run,
  work: (run: Run, values: Record<string, string>) => Promise<T>,
): Promise<T> {
  const { values, missing, problem } = await launch.secrets()
  for (const name of missing) {
    const why = problem === null ? '' : ` (${problem})`
    const text = `The secret ${name} has no value${why}: "pristine secrets set ${name}" gives it one.`
    run.report({ kind: 'warning', text })
  }
  const hidden = hiding([...valuesOfSecrets(Object.entries(values)), ...localValues(launch)])
  try {
    return await work(redactRun(run, hidden), values)
  } catch (error) {
    throw redactError(error, hidden)
  }
}

/** An error without the values, and so without its cause, which may hold them too. */
function redactError(error: unknown, hidden: Hidden): unknown {
  if (hidden.length === 0) return error
  if (isProductError(error)) {
    return new ProductError(error.code, redactText(error.data, hidden) as Record<string, unknown>)
  }
  return new Error(redact(error instanceof Error ? error.message : String(error), hidden))
}

function redactText(value: unknown, hidden: Hidden): unknown {
  if (typeof value === 'string') return redact(value, hidden)
  if (Array.isArray(value)) return value.map((member) => redactText(member, hidden))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, redactText(member, hidden)]))
}
