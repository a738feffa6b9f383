const UNITS: Record<string, number> = { '': 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 }

/** A size as docker writes it (`64m`, `2g`, `1.5GB`, `4096`) in bytes; undefined for anything else. */
export function parseSize(text: string): number | undefined {
  const found = /^(\d{1,15}(?:\.\d{1,6})?) ?(?:([kmgt])i?)?b?$/i.exec(text)
  if (!found) return undefined
  const bytes = Math.floor(Number(found[1]) * (UNITS[found[2]?.toLowerCase() ?? ''] ?? 1))
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined
}
