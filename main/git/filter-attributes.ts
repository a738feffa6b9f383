/** The patterns of a `.gitattributes` whose files a filter changes, and that filter's name (gitattributes(5)). */
export const filtersIn = (attributes: string): [pattern: string, filter: string][] =>
  attributes.split('\n').flatMap((line): [string, string][] => {
    const [pattern = '', ...words] = line.trim().split(/\s+/)
    const filter = words.findLast((word) => /^filter=./.test(word))?.slice('filter='.length)
    return pattern === '' || pattern.startsWith('#') || filter === undefined ? [] : [[pattern, filter]]
  })
