/** What a list of packages names: folders that are installed by a copy, and further lists. */
export interface RequiredPaths {
  folders: string[]
  lists: string[]
}

/** A line that names a folder, and not to be linked to (`-e`): pip's "Requirements File Format", also as an entry of YAML. */
const FOLDERS =
  /^[ \t]*(?:-[ \t]+)?["']?(?:[\w.-]+(?:\[[\w., \t-]*\])?[ \t]*@[ \t]*)?(?:file:\/*)?(\.|(?:\.{1,2}|[\w.-]+)\/[^\s;[#:"']*)(?=[\s;[#"']|$)/gm
const LINKS = /^[ \t]*(?:-f|--find-links)[ \t=]+([^\s#]+)/gm
const LISTS = /^[ \t]*(?:-[ \t]+["']?)?(?:-[rc]|--(?:requirement|constraint))[ \t=]*([^\s#"']+)/gm
/** pip puts the values of variables in their places; most are where the project is. */
const VARIABLES = /\$\{\w+\}/g

/**
 * The paths in a list of packages: a requirements file, or the environment.yml of conda. `workspaces`: where texts can say that
 * the project's folder is.
 */
export function requiredPaths(text: string, workspaces: readonly RegExp[]): RequiredPaths {
  const plain = text.replace(VARIABLES, '.')
  const texts = [plain, ...workspaces.map((workspace) => plain.replace(workspace, '.'))]
  return {
    folders: texts.flatMap((each) => [...captured(each, FOLDERS), ...captured(each, LINKS)]),
    lists: texts.flatMap((each) => captured(each, LISTS)),
  }
}

const TABLES = /\{[^{}\n]*\}/g
const PATH = /\bpath[ \t]*=[ \t]*["']([^"'\n]+)["']/
const LINKED = /\b(?:editable|develop)[ \t]*=[ \t]*true\b/
const ADDRESSES = /["'][\w.-]+(?:\[[\w., \t-]*\])?[ \t]*@[ \t]*file:\/*([^"'\s;]+)/g
const DYNAMIC =
  /\bdependencies(?:\.[\w-]+)?[ \t]*=[ \t]*\{[ \t]*file[ \t]*=[ \t]*(\[[^\]]{0,2000}\]|"[^"\n]*")/g
const QUOTED = /["']([^"'\n]+)["']/g

/** The same in the dependencies of a pyproject.toml, pixi.toml or Pipfile (uv, Poetry, PDM, pixi, Pipenv, setuptools). */
export function manifestPaths(text: string): RequiredPaths {
  const plain = text.replace(VARIABLES, '.')
  const sources = [...plain.matchAll(TABLES)].flatMap(([table]) =>
    LINKED.test(table) ? [] : (PATH.exec(table)?.[1] ?? []),
  )
  return {
    folders: [...sources, ...captured(plain, ADDRESSES)],
    lists: captured(plain, DYNAMIC).flatMap((files) => captured(files, QUOTED)),
  }
}

const captured = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, found = '']) => found)
