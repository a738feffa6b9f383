/**
 * A label that holds names and texts as JSON. Anybody can write a label, and a newer Pristine may write another form:
 * what is not understood is left out.
 */
export function parseLabel(text: string | undefined): Record<string, string> {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    if (typeof value !== 'object' || value === null) return {}
    return Object.fromEntries(Object.entries(value).filter(([, entry]) => typeof entry === 'string'))
  } catch {
    return {}
  }
}
