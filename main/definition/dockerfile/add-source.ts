/** The kind of an ADD source: a file of the context, an address to download, or a git repository. */
export type SourceKind = 'local' | 'download' | 'git'

/** As in BuildKit (frontend/dockerfile/dfgitutil): an address is a git repository if its path ends in `.git`. */
export function sourceKind(source: string): SourceKind {
  const scheme = /^([a-zA-Z0-9]+):\/\//.exec(source)?.[1]?.toLowerCase()
  if (scheme === 'git' || scheme === 'ssh') return 'git'
  if (scheme === 'http' || scheme === 'https') {
    if (/^[^?#]*\.git(?:[?#]|$)/.test(source)) return 'git'
    return source.startsWith('http://') || source.startsWith('https://') ? 'download' : 'local'
  }
  return scheme === undefined && /^[a-zA-Z0-9_-]+@[a-zA-Z0-9.-]+:/.test(source) ? 'git' : 'local'
}

/** The name that a download gets when it is copied into a folder. */
export function downloadName(url: string): string {
  let path: string
  try {
    path = decodeURIComponent(new URL(url).pathname)
  } catch {
    return '__unnamed__'
  }
  const name = path.split('/').findLast((part) => part !== '') ?? ''
  return name === '' || name === '.' || name === '..' ? '__unnamed__' : name
}
