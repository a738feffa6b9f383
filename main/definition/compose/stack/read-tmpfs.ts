import { isProductError } from '../../../../shared/errors.ts'
import { parseTmpfs } from '../../devcontainer/run/volume-flags.ts'
import type { Fields } from './fields.ts'

/** The file systems in memory of a service, each `target` or `target:options`. Errors: definition-invalid, definition-unsupported. */
export function readTmpfs(service: Fields): string[] {
  return service.texts('tmpfs').map((text, i) => {
    const { place, template } = service.item('tmpfs', i)
    const { source, line, column } = place
    try {
      parseTmpfs(text, { file: source.file, at: () => ({ line, column }) }, [])
      return text
    } catch (error) {
      // The value of a variable may be a secret.
      if (template === undefined || !isProductError(error)) throw error
      throw service.problem('tmpfs', `${JSON.stringify(template)} is not a tmpfs such as "/run:size=64m"`)
    }
  })
}
