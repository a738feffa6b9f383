/** A port from 1 to 65535 that stands in a text. */
export function portIn(text: string | undefined): number | undefined {
  const port = Number(text)
  return text !== undefined && Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : undefined
}
