/** One import between two files of main, by their paths from there: `build/bake.ts`, or `engine.ts` of main itself. */
export type Import = [from: string, to: string]

/** The folder that a file lies in, from main; undefined for one that lies in main itself. */
export const folderOf = (file: string): string | undefined => /^(.+)\/[^/]+$/.exec(file)?.[1]

/**
 * The imports that point against an order of folders: from a folder to one that stands after it, or that the order lacks.
 * A file that lies in main itself stands in the order under its own name.
 */
export function againstOrder(order: readonly string[], imports: readonly Import[]): Import[] {
  const placeOf = (file: string): number => order.indexOf(folderOf(file) ?? file)
  return imports.filter(([from, to]) => {
    const [above, below] = [placeOf(from), placeOf(to)]
    return above < 0 || below < 0 || below > above
  })
}

/** Folders that do not stand together with their subfolders: what stands between them could be above and below the same folder. */
export function scattered(order: readonly string[]): string[] {
  const tops = order.map((folder) => folder.split('/')[0] ?? folder)
  return [...new Set(tops.filter((top, at) => tops.indexOf(top) < at && tops[at - 1] !== top))]
}
