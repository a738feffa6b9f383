/**
 * Two texts, each cut to about `longest` characters so that the first difference between them can be seen:
 * `RUN apt-get …` and `RUN apt-get …` become `… -y curl` and `… -y curl jq`. Shorter texts stay as they are.
 */
export function cutAround(from: string, to: string, longest: number): [from: string, to: string] {
  if (from.length <= longest && to.length <= longest) return [from, to]
  let same = 0
  while (same < from.length && from[same] === to[same]) same++
  const before = Math.floor(longest / 3)
  const begin = same > longest - before ? same - before : 0
  const cut = (text: string): string => {
    const part = `${begin > 0 ? '…' : ''}${text.slice(begin)}`
    return part.length > longest ? `${part.slice(0, longest - 1)}…` : part
  }
  return [cut(from), cut(to)]
}
