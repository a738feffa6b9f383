import { isAbsolute } from 'node:path'
import { itemsOf, type Mapping, member, membersOf } from './yaml/node.ts'
import { invalidAt, quotedAsWritten } from './yaml/problem.ts'

/**
 * Refuses folders whose paths are none on this computer, such as `C:\\data` on another system than Windows. `leftOut`: services
 * that take no part. Error: definition-invalid.
 */
export function requireOwnPaths(tree: Mapping, leftOut: readonly string[]): void {
  for (const [name, { value: service }] of membersOf(member(tree, 'services'))) {
    if (leftOut.includes(name)) continue
    for (const mount of itemsOf(member(service, 'volumes'))) {
      const [type, source] = [member(mount, 'type'), member(mount, 'source')]
      if (type?.kind !== 'scalar' || type.value !== 'bind' || source?.kind !== 'scalar') continue
      const path = String(source.value)
      if (/^[.~]/.test(path) || isAbsolute(path)) continue
      const problem = `"services.${name}.volumes" has a folder that is no path of this computer: ${quotedAsWritten(source)}`
      throw invalidAt(source.place, problem)
    }
  }
}
