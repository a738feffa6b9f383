const NULLS = ['', '~', 'null', 'Null', 'NULL']
const TRUE = ['true', 'True', 'TRUE']
const FALSE = ['false', 'False', 'FALSE']
const INTEGER = /^[-+]?(?:0|[1-9][0-9]*|0x[0-9a-f]+|0o?[0-7]+|0b[01]+)$/i
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:e[-+]?[0-9]+)?$/i

/**
 * The value of a text without quotes, as Compose reads it: YAML 1.2 with the octal numbers of YAML 1.1 (`0440`), and
 * with underscores in numbers. Dates, `yes` and `on` are texts. A whole number that JavaScript cannot hold stays a text.
 */
export function plainScalar(text: string): string | number | boolean | null {
  if (NULLS.includes(text)) return null
  if (TRUE.includes(text)) return true
  if (FALSE.includes(text)) return false
  if (!/^[-+.0-9]/.test(text)) return text
  const plain = text.replaceAll('_', '')
  if (INTEGER.test(plain)) return integer(plain) ?? text
  return FLOAT.test(plain) ? float(plain, text) : text
}

/** A number that JavaScript cannot hold stays a text, as a whole one does. */
function float(plain: string, text: string): number | string {
  const value = Number(plain)
  return Number.isFinite(value) ? value : text
}

function integer(text: string): number | undefined {
  const [, sign, digits = ''] = /^([-+]?)(.*)$/.exec(text) ?? []
  const octal = /^0o?([0-7]+)$/i.exec(digits)?.[1]
  const value = octal === undefined ? Number(digits) : Number.parseInt(octal, 8)
  if (!Number.isSafeInteger(value)) return undefined
  return sign === '-' && value !== 0 ? -value : value
}

/** A number as a text, as Compose writes it into variables and labels. */
export function numberText(value: number): string {
  const [mantissa = '', exponent] = value.toExponential().split('e')
  const power = Number(exponent)
  if (Number.isInteger(value) || (power >= -4 && power < 6)) return String(value)
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}
