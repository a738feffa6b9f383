/** Whether a name holds what Node makes of bytes that are no UTF-8: with such a name nothing can be opened. */
export const isUndecodable = (name: string): boolean => name.includes('\ufffd')

/** The folder of the first part of a path that is undecodable, and that part. */
export function undecodablePart(file: string): { folder: string; name: string } {
  const parts = file.split('/')
  const at = parts.findIndex(isUndecodable)
  return { folder: parts.slice(0, at).join('/'), name: parts[at] ?? '' }
}
