/** The patterns of a `.gitattributes` whose files a filter changes, and that filter's name (gitattributes(5)). */
export const filtersIn = (attributes: string): [pattern: string, filter: string][] =>
  attributes.split('\n').flatMap((line) => {
    const [, pattern, filter] = /^\s*([^#\s]\S*)\s+(?:.*\s)?filter=(\S+)/.exec(line) ?? []
    return pattern === undefined || filter === undefined ? [] : [[pattern, filter]]
  })
