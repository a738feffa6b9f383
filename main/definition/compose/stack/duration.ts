const UNITS: Record<string, number> = {
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 0.001,
  µs: 0.001,
  ns: 0.000_001,
}

/** A time such as `1m30s`, `1.5h` or `250ms`, in milliseconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0
  if (!/^(?:\d{1,9}(?:\.\d{1,9})?(?:w|d|h|ms|us|µs|ns|m|s))+$/.test(text)) return undefined
  let sum = 0
  for (const [, amount, unit = ''] of text.matchAll(/([\d.]+)([a-zµ]+)/g)) {
    sum += Number(amount) * (UNITS[unit] ?? 0)
  }
  return Number.isSafeInteger(Math.ceil(sum)) ? sum : undefined
}
