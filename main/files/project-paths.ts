import { isAbsolute, relative, resolve, sep } from 'node:path'

/** A project as its definition sees it: its folder, and the git working tree's root where there is one. */
export interface ProjectPaths {
  path: string
  gitRoot?: string
}

/** The git root that holds the project, or the project's own folder. */
export function gitRootOf(project: ProjectPaths): string {
  const path = resolve(project.path)
  return project.gitRoot !== undefined && isInside(path, resolve(project.gitRoot))
    ? resolve(project.gitRoot)
    : path
}

/** Where the project lies under its git root: `''`, or a relative path with forward slashes. */
export function pathInGitRoot(project: ProjectPaths): string {
  return relative(gitRootOf(project), resolve(project.path)).replaceAll('\\', '/')
}

/**
 * The path from the project's folder, with forward slashes, of a file in its repository; undefined for any other. `written`
 * is from that folder, from the person's home (`~`), or absolute.
 */
export function pathFromProject(project: ProjectPaths, written: string): string | undefined {
  if (written.startsWith('~') || (sep === '/' && /^[a-z]:/i.test(written))) return undefined
  const path = resolve(project.path, written)
  if (!isInside(path, gitRootOf(project))) return undefined
  return relative(resolve(project.path), path).split(sep).join('/')
}

/** Whether an absolute path is `root` or lies under it, by its text alone. */
export function isInside(path: string, root: string): boolean {
  const rest = relative(root, path)
  return rest === '' || (!/^\.\.(?:[\\/]|$)/.test(rest) && !isAbsolute(rest))
}
