import { type ParseError, parse } from 'jsonc-parser'
import { NotThisFormat, objectOf, Packages, textOf } from './packages.ts'

/** bun.lock: `packages` by name, each a list that begins with `name@1.0.0` and ends with its checksum. Its JSON has trailing commas. */
export function readBun(text: string): Packages {
  const errors: ParseError[] = []
  const lock = objectOf(parse(text, errors, { allowTrailingComma: true }))
  if (errors.length > 0) throw new NotThisFormat()
  const packages = new Packages()
  for (const value of Object.values(objectOf(lock['packages']))) {
    const list: unknown[] = Array.isArray(value) ? value : []
    const spec = textOf(list[0])
    const last = textOf(list.at(-1))
    const at = spec.indexOf('@', 1)
    const version = at < 0 ? '' : spec.slice(at + 1)
    // What lies in the project itself is none of its dependencies.
    if (version.startsWith('workspace:')) continue
    packages.add(at < 0 ? spec : spec.slice(0, at), version, last === spec ? '' : last)
  }
  return packages
}
